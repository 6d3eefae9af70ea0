-- id: posts.unapproved_changes.township_chiefs
-- title: 任务较重乡镇党政正职不稳定
-- title_en: Unstable chiefs of heavily burdened townships
-- unit: count
-- grain: village
-- definition: 贫困人口占比达到界线的乡镇，党政正职任职不满最短月数即变动、且没有按时批准的次数
-- definition_en: In townships whose registered share reaches the limit: changes of a chief before the shortest stay, without an approval in time
-- article: 19
-- parameters: approval_days=posts.chief_change.approval_days, minimum_months=posts.township_chief.minimum_months, incidence=posts.heavy_township.incidence
-- evidence_en: Posts left before the shortest stay
-- include: township_chiefs
select j.division, sum(j.wrong) as numerator, count(distinct j.post) as denominator from judged j group by j.division

-- evidence: 任期不满即变动的岗位
-- include: township_chiefs
select j.post as id, 'post' as kind, j.division, b.name as label, j.why as why
from judged j join facts.body b on b.body = j.body
where j.wrong = 1
