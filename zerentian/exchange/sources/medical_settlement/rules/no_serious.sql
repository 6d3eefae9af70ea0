-- id: medical_settlement.no_serious
-- title: 自付超过大病保险起付线，大病保险没有支付
-- title_en: Own expenses over the deductible, nothing from serious-illness insurance
-- kind: gap
-- standard: 健康扶贫四道保障线·大病保险
-- severity: strict
-- definition: 享受政策的在册户成员最近两个年度的某一年由基本医保结算后，自付医疗费合计超过贫困人口大病保险起付线，而当年大病保险没有支付；金额按整档写明
-- definition_en: After basic insurance, a member of a registered household with policies had own expenses over the deductible for the poor in this year or the last, and serious-illness insurance paid nothing in it; amounts in whole steps
-- article: 7
-- checked_by: village
-- owner: medical_insurance
-- version: 1
-- from: 2016-01-01
-- parameters: deductible=medical_settlement.serious_deductible, step=medical_settlement.step
-- shows: year=年度|Year, own_at_least=自付合计不少于（元）|Own expenses at least (yuan), serious=大病保险支付（元）|Paid by serious-illness insurance (yuan)
-- ask: 是否参加了大病保险，在哪里就医？|Is the person insured and where was the treatment?；在外地就医的，有没有回参保地手工报销？|If treated elsewhere were the bills handed in at home?
select m.household, m.person, m.division, cast(null as bigint) as row, m.year,
  cast(floor(m.own / :step) as bigint) * :step as own_at_least, 0 as serious
from (
  select household, person, division, extract(year from settled_on) as year, sum(own) as own, sum(coalesce(basic, 0)) as basic,
    sum(coalesce(serious, 0)) as serious
  from matched.medical_settlement group by household, person, division, extract(year from settled_on)
) m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.year >= extract(year from :on) - 1
  and m.own > :deductible and m.basic > 0 and m.serious = 0
