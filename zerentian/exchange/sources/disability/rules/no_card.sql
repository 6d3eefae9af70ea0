-- id: disability.no_card
-- title: 档案登记残疾，残联没有有效证件
-- title_en: Disabled in the register, no valid card at the federation
-- kind: gap
-- standard: 残疾评定应评尽评
-- severity: check
-- definition: 档案登记残疾类别或健康状况为残疾，而残联本地区全量名单中没有本人的残疾人证；本人证件号码无效、名单截止后才增加的，不提示
-- definition_en: The register has a kind of disability or disabled health, but the full list of the area has no card of the person; not asked of people whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: disabled_federation
-- version: 1
-- from: 2016-01-01
-- shows: registered=档案|Register, delivered=残联名单|Federation
-- ask: 是否有残疾人证，证上号码是多少位？|Is there a card and how many digits has its number?；没有证的，是否需要上门评定？|If not, should the assessment come to the home?
select p.household, p.person, p.division, cast(null as bigint) as row, '登记残疾' as registered, '没有残疾人证' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'disability' and p.division >= t.lo and p.division < t.hi
where h.status not in ('removed', 'closed') and p.left_on is null and p.id_valid
  and (coalesce(p.disability_kind, '') <> '' or p.health like '%disabled%')
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (select 1 from matched.disability m where m.person = p.person)
