-- Doubts by code: how many, in how many documents, how many are open for a human to look at
SELECT code, count(*) AS flags, count(DISTINCT document) AS documents,
    sum(CASE WHEN needs_review AND resolved IS NULL THEN 1 ELSE 0 END) AS to_review
FROM flags
GROUP BY code
ORDER BY to_review DESC, flags DESC, code
