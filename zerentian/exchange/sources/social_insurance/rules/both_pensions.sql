-- id: social_insurance.both_pensions
-- title: 同时领取职工和居民两份养老金
-- title_en: Draws both an employee and a resident pension
-- kind: doubt
-- standard: 养老保险待遇不得重复领取
-- severity: strict
-- definition: 同一人在职工养老保险和居民养老保险中都是待遇领取状态
-- definition_en: One person draws benefits of the employee scheme and of the residents' scheme
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: since=职工养老金起始|Employee pension since, other_since=居民养老金起始|Resident pension since
-- ask: 两份待遇各到哪个账户？|On which accounts do they arrive?；应停发哪一份、从哪个月起？|Which one ends and from which month?
select m.household, m.person, m.division, m.row, m.since, n.since as other_since
from matched.social_insurance m
join matched.social_insurance n on n.person = m.person and n.scheme = '城乡居民基本养老保险' and n.state = '待遇领取'
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.scheme = '城镇职工基本养老保险' and m.state = '待遇领取'
