-- id: medical_settlement.healthy_in_register
-- title: 医疗费用很高，档案登记健康
-- title_en: Very high medical bills, healthy in the register
-- kind: record
-- severity: check
-- definition: 本人最近两个年度的某一年医疗总费用达到标准，而档案健康状况登记为健康或没有登记；金额按整档写明
-- definition_en: The person had medical bills of at least the given sum in this year or the last, and is healthy in the register or has no health entered; amounts in whole steps
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=medical_settlement.ill_least, step=medical_settlement.step
-- shows: year=年度|Year, total_at_least=总费用不少于（元）|Bills at least (yuan), registered=档案健康状况|Health in the register
-- ask: 现在身体怎样，还要不要长期治疗？|How is the person now and is treatment still needed?；健康状况和致贫原因是否应更正？|Should health and cause of poverty be corrected?
select m.household, m.person, m.division, cast(null as bigint) as row, m.year,
  cast(floor(m.total / :step) as bigint) * :step as total_at_least,
  case when coalesce(p.health, '') = '' then '未登记' else '健康' end as registered
from (
  select household, person, division, extract(year from settled_on) as year, sum(total) as total
  from matched.medical_settlement group by household, person, division, extract(year from settled_on)
) m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.year >= extract(year from :on) - 1 and m.total >= :least
  and coalesce(p.health, '') in ('', 'healthy')
