-- id: medical_settlement.no_aid
-- title: 自付医疗费高，没有医疗救助
-- title_en: High own medical expenses, no medical aid
-- kind: gap
-- standard: 健康扶贫四道保障线·医疗救助
-- severity: strict
-- definition: 享受政策的在册户成员最近两个年度的某一年自付医疗费合计达到标准，而当年没有一笔医疗救助；金额按整档写明
-- definition_en: A member of a registered household with policies had own expenses of at least the given amount in this year or the last, and no medical aid in it; amounts in whole steps
-- article: 7
-- checked_by: village
-- owner: medical_insurance
-- version: 1
-- from: 2016-01-01
-- parameters: least=medical_settlement.own_least, step=medical_settlement.step
-- shows: year=年度|Year, own_at_least=自付合计不少于（元）|Own expenses at least (yuan), aid=医疗救助（元）|Medical aid (yuan)
-- ask: 费用票据还有哪些没有报销？|Which bills are not settled yet?；是否申请过医疗救助，哪天交的材料？|Was medical aid applied for and when?；费用怎么筹的，有没有借债？|Where did the money come from and are there debts?
select m.household, m.person, m.division, cast(null as bigint) as row, m.year,
  cast(floor(m.own / :step) as bigint) * :step as own_at_least, 0 as aid
from (
  select household, person, division, extract(year from settled_on) as year, sum(own) as own, sum(coalesce(aid, 0)) as aid
  from matched.medical_settlement group by household, person, division, extract(year from settled_on)
) m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.year >= extract(year from :on) - 1
  and m.own >= :least and m.aid = 0
