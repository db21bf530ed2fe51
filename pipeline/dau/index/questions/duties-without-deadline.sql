-- Duties for which no time is set, with who has to do them
SELECT d.number, d.issued, t.document, t.id AS task, a.name AS assignee, a.role, t.text, t.page
FROM tasks t
JOIN documents d ON d.id = t.document
LEFT JOIN assignees a ON a.document = t.document AND a.task = t.id
LEFT JOIN deadlines l ON l.document = t.document AND l.task = t.id
WHERE l.task IS NULL
ORDER BY t.document, t.position, a.position
