-- Who is told to co-ordinate with an agency where it leads
-- $agency = Vụ Thi đua - Khen thưởng: the lead, as documents or as `agencies` write it
SELECT other.name AS agency, other.kind, count(*) AS duties
FROM assignees lead
JOIN agencies g ON g.id = lead.agency
JOIN assignees a ON a.document = lead.document AND a.task = lead.task AND a.role = 'coordinate'
JOIN agencies other ON other.id = a.agency
WHERE lead.role = 'lead' AND (lead.name = $agency OR g.name = $agency OR g.base = $agency)
GROUP BY other.id, other.name, other.kind
ORDER BY duties DESC, agency, other.id
