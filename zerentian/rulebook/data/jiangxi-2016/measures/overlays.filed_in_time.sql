-- id: overlays.filed_in_time
-- title: 配套措施按时报备率
-- title_en: Local measures filed in time
-- unit: percent
-- grain: village
-- definition: 生效前报备的配套措施 ÷ 全部配套措施
-- definition_en: Local measures filed before they take effect ÷ all local measures
-- article: 34
-- evidence_en: Local measures filed after they took effect
select o.division, sum(case when o.submitted_on <= o.valid_from then 1 else 0 end) as numerator, count(*) as denominator
from (select distinct o.overlay, o.division, o.valid_from, o.submitted_on from facts.overlay o) o
group by o.division

-- evidence: 生效后才报备的配套措施
select distinct o.overlay as id, 'overlay' as kind, o.division, o.duty as label, '生效后才报备' as why
from facts.overlay o
where o.submitted_on > o.valid_from
