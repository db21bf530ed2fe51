-- Duties of one agency, with deadline and place
-- $agency = Vụ Thi đua - Khen thưởng: name of the agency, as documents or as `agencies` write it
SELECT d.number, d.issued, t.document, t.id AS task, a.role, t.text, l.raw AS deadline, l.due, t.page
FROM assignees a
JOIN tasks t ON t.document = a.document AND t.id = a.task
JOIN documents d ON d.id = a.document
JOIN agencies g ON g.id = a.agency
LEFT JOIN deadlines l ON l.document = a.document AND l.task = a.task
WHERE a.name = $agency OR g.name = $agency OR g.base = $agency
ORDER BY t.document, t.position, a.position
