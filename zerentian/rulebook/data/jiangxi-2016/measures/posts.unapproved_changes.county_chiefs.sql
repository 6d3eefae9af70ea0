-- id: posts.unapproved_changes.county_chiefs
-- title: 贫困县党政正职未经批准变动
-- title_en: Unapproved changes of poverty counties' chiefs
-- unit: count
-- grain: village
-- definition: 贫困县党政正职在保护期内离任、没有经批准或超时限批准的次数（退休、去世除外）
-- definition_en: Changes of a poverty county's chief in the protected time without an approval in time (retirement and death excepted)
-- article: 9
-- parameters: approval_days=posts.chief_change.approval_days
-- evidence_en: Posts with an unapproved change
-- include: county_chiefs
select j.division, sum(j.wrong) as numerator, count(distinct j.post) as denominator from judged j group by j.division

-- evidence: 未经批准变动的岗位
-- include: county_chiefs
select j.post as id, 'post' as kind, j.division, b.name as label, j.why as why
from judged j join facts.body b on b.body = j.body
where j.wrong = 1
