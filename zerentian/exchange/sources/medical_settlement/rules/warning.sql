-- id: medical_settlement.warning
-- title: 脱贫户医疗自付大，未纳入监测
-- title_en: Exited, high own medical expenses, not monitored
-- kind: gap
-- standard: 防止返贫监测·因病
-- severity: strict
-- definition: 已脱贫户最近两个年度的某一年全家自付医疗费合计达到预警标准，而没有纳入监测或风险已登记消除；金额按整档写明
-- definition_en: A household that has exited had own medical expenses of at least the given sum in this year or the last and is not monitored, or its risk counts as removed; amounts in whole steps
-- article: 7
-- procedure: household.monitoring
-- checked_by: village
-- owner: medical_insurance
-- version: 1
-- from: 2020-03-01
-- parameters: least=medical_settlement.warning_least, step=medical_settlement.step
-- shows: year=年度|Year, own_at_least=全家自付不少于（元）|Household's own expenses at least (yuan), per_capita_income=人均纯收入（元）|Income per person (yuan)
-- ask: 自付费用是否超出家庭承受能力，有没有举债？|Is it more than the household can bear and are there debts?；主要劳动力是否因病不能务工？|Is the main earner unable to work?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row, m.year,
  cast(floor(m.own / :step) as bigint) * :step as own_at_least, h.per_capita_income
from (
  select household, extract(year from settled_on) as year, sum(own) as own
  from matched.medical_settlement group by household, extract(year from settled_on)
) m
join facts.household h on h.household = m.household
where h.status in ('exited', 'exited_no_policy') and m.year >= extract(year from :on) - 1 and m.own >= :least
  and (coalesce(h.monitoring_kind, '') = '' or h.risk_removed_on is not null and extract(year from h.risk_removed_on) <= m.year)
