-- Duties that are due between two days, a month say
-- $first = 2021-09-01: the first day
-- $last = 2021-09-30: the last day
SELECT l.due, d.number, d.issuer, t.document, t.id AS task, l.raw AS deadline, t.text, t.page
FROM deadlines l
JOIN tasks t ON t.document = l.document AND t.id = l.task
JOIN documents d ON d.id = l.document
WHERE l.due >= $first AND l.due <= $last
ORDER BY l.due, t.document, t.position
