-- id: relocation.own_money
-- title: 搬迁自筹资金超过上限
-- title_en: More own money than the limit
-- kind: gap
-- standard: 不因搬迁举债
-- severity: check
-- definition: 在册搬迁户自筹资金超过户均上限，可能因搬迁举债
-- definition_en: A registered household put in more own money than the limit and may have run into debt by moving
-- article: 7
-- checked_by: village
-- owner: reform
-- version: 1
-- from: 2016-01-01
-- parameters: most=relocation.own_money_most
-- shows: persons=搬迁人口|Persons, own_money=自筹资金（元）|Own money (yuan), house_area=安置住房面积（平方米）|Area (square metres), state=搬迁状态|State
-- ask: 自筹的钱从哪里来，现在还欠多少？|Where did the own money come from and how much is still owed?
select m.household, m.person, m.division, m.row, m.persons, m.own_money, m.house_area, m.state
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state <> '放弃搬迁' and m.own_money > :most
