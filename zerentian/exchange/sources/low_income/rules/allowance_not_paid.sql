-- id: low_income.allowance_not_paid
-- title: 档案登记享受低保，民政名单没有
-- title_en: On the allowance in the register, not on civil affairs' list
-- kind: gap
-- standard: 两项制度衔接
-- severity: check
-- definition: 档案登记本人享受低保，但民政交付的本地区全量名单中没有本人在享的低保或特困记录；本人证件号码无效、名单截止后才增加的，不提示
-- definition_en: The register says that the person is on the allowance, but the full list of the area has no current record of the person; not asked of people whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-01-01
-- shows: registered=档案|Register, delivered=民政名单|Civil affairs
-- ask: 低保金现在是否按月到账，存折上最近一笔是哪天？|Does the money arrive every month and when did it last?；是否接到过停发通知，原因是什么？|Was there a notice that it stops and why?；如果没有享受，是否符合条件、是否愿意申请？|If there is none, is the person entitled and willing to apply?
select p.household, p.person, p.division, cast(null as bigint) as row,
  '享受低保' as registered, '没有在享记录' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'low_income' and p.division >= t.lo and p.division < t.hi
where h.status not in ('removed', 'closed') and p.left_on is null and p.id_valid and p.allowance
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (select 1 from matched.low_income m where m.person = p.person and m.state = '在享')
