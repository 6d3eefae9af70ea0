-- id: low_income.support_not_paid
-- title: 档案登记特困供养，民政名单没有
-- title_en: In extremely poor support in the register, not on civil affairs' list
-- kind: gap
-- standard: 特困人员应救尽救、应养尽养
-- severity: strict
-- definition: 档案登记本人为特困供养，但民政交付的本地区全量名单中没有本人在享的低保或特困记录；本人证件号码无效、名单截止后才增加的，不提示
-- definition_en: The register says that the person is in extremely poor support, but the full list of the area has no current record of the person; not asked of people whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-01-01
-- shows: registered=档案|Register, delivered=民政名单|Civil affairs
-- ask: 供养金由谁领取、最近一次是哪天？|Who receives the money and when was the last time?；现在由谁照料，住在家里还是敬老院？|Who takes care of the person at home or in a home for the aged?；是否重新认定过、结论是什么？|Was the person assessed again and how did it end?
select p.household, p.person, p.division, cast(null as bigint) as row,
  '特困供养' as registered, '没有在享记录' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'low_income' and p.division >= t.lo and p.division < t.hi
where h.status not in ('removed', 'closed') and p.left_on is null and p.id_valid and p.extreme_support
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (select 1 from matched.low_income m where m.person = p.person and m.state = '在享')
