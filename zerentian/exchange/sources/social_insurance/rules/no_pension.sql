-- id: social_insurance.no_pension
-- title: 已到领取年龄，没有领取养老金
-- title_en: Of pension age, draws no pension
-- kind: gap
-- standard: 城乡居民基本养老保险应领尽领
-- severity: strict
-- definition: 在册户成员已满领取年龄并超过规定天数，而社保全量名单中没有本人任何养老待遇；特困供养人员、证件号码无效的、名单截止后才增加的，不提示
-- definition_en: A member of a registered household is past pension age by the given days, and the full list has no pension of any scheme; not asked of people in extremely poor support, whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: human_resources
-- version: 1
-- from: 2016-01-01
-- parameters: age=social_insurance.pension_age, wait=social_insurance.pension_wait_days
-- shows: born=档案出生年份|Year of birth in the register, delivered=社保名单|Social insurance
-- ask: 是否参加过城乡居民养老保险，缴费满几年？|Was the person ever insured and for how many years?；是否办理过领取手续，卡在哪一步？|Was the pension applied for and where did it stop?；身份证上的出生日期与档案是否一致？|Is the date of birth on the card that of the register?
select p.household, p.person, p.division, cast(null as bigint) as row, year(p.birth_on) as born, '没有养老待遇' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'social_insurance' and p.division >= t.lo and p.division < t.hi
where h.status not in ('removed', 'closed') and p.left_on is null and p.id_valid and not p.extreme_support
  and date_diff('day', p.birth_on, t.complete_on) >= :age * 365.2425 + :wait
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (
    select 1 from matched.social_insurance m
    where m.person = p.person and m.state = '待遇领取'
      and m.scheme in ('城镇职工基本养老保险', '城乡居民基本养老保险'))
