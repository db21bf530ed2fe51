-- Duties whose deadline has passed on a day, by agency
-- $day = 2025-01-01: the day on which is asked; what was due on it is not yet late
-- Whether a duty was done no document says; what recurs, or names no day, is not here.
SELECT g.name AS agency, count(*) AS duties, min(l.due) AS first_due, max(l.due) AS last_due
FROM deadlines l
JOIN assignees a ON a.document = l.document AND a.task = l.task
JOIN agencies g ON g.id = a.agency
WHERE l.due < $day AND a.role IN ('lead', 'perform')
GROUP BY g.id, g.name
ORDER BY duties DESC, agency, g.id
