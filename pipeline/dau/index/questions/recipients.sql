-- Organisations most often named in Nơi nhận
SELECT g.name AS agency, g.kind, g.scope, count(DISTINCT o.document) AS documents
FROM recipient_organisations o
JOIN agencies g ON g.id = o.agency
GROUP BY g.id, g.name, g.kind, g.scope
ORDER BY documents DESC, agency, g.id
LIMIT 100
