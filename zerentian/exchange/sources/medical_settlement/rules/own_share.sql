-- id: medical_settlement.own_share
-- title: 住院自付比例超过上限
-- title_en: Own share of hospital bills over the limit
-- kind: gap
-- standard: 健康扶贫四道保障线·自付比例
-- severity: check
-- definition: 享受政策的在册户成员最近两个年度的某一年住院总费用达到标准，而自付比例超过上限；金额按整档写明
-- definition_en: A member of a registered household with policies had hospital bills of at least the given sum in this year or the last, with an own share over the limit; amounts in whole steps
-- article: 7
-- checked_by: village
-- owner: medical_insurance
-- version: 1
-- from: 2017-01-01
-- parameters: least=medical_settlement.bill_least, most=medical_settlement.own_share_most, step=medical_settlement.step
-- shows: year=年度|Year, total_at_least=住院总费用不少于（元）|Hospital bills at least (yuan), share_at_least=自付比例不低于（%）|Own share at least (%)
-- ask: 在县内定点医院住院还是转外就医，办了转诊吗？|Was it a hospital of the county and if not was there a referral?；四道保障线有哪一道没有报到？|Which of the four lines has not paid?
select m.household, m.person, m.division, cast(null as bigint) as row, m.year,
  cast(floor(m.total / :step) as bigint) * :step as total_at_least, cast(floor(m.own * 10 / m.total) as bigint) * 10 as share_at_least
from (
  select household, person, division, extract(year from settled_on) as year, sum(own) as own, sum(total) as total
  from matched.medical_settlement where kind = '住院'
  group by household, person, division, extract(year from settled_on)
) m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.year >= extract(year from :on) - 1
  and m.total >= :least and m.own * 100 > m.total * :most
