-- Documents that name a document, and where
-- $number = 1497/QĐ-TTg: its number, or its number_key
SELECT d.number, d.type, d.issuer, d.issued, c.document, c.raw, m.node, m.page
FROM citations c
JOIN mentions m ON m.document = c.document AND m.citation = c.id
JOIN documents d ON d.id = c.document
WHERE (c.number = $number OR c.number_key = $number) AND NOT c.own
ORDER BY d.issued, c.document, c.position, m.position
