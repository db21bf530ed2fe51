-- Forms of award by the issuer of the document that names them
SELECT d.issuer, w.form, count(*) AS times, count(DISTINCT w.document) AS documents
FROM awards w
JOIN documents d ON d.id = w.document
GROUP BY d.issuer, w.form
ORDER BY times DESC, d.issuer, w.form
