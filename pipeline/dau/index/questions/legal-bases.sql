-- Which documents are named most often as legal basis (căn cứ)
SELECT c.number_key, min(c.number) AS number, min(c.type) AS type, min(c.title) AS title,
    count(DISTINCT c.document) AS documents
FROM legal_basis_citations b
JOIN citations c ON c.document = b.document AND c.id = b.citation
WHERE c.number_key IS NOT NULL
GROUP BY c.number_key
ORDER BY documents DESC, c.number_key
LIMIT 100
