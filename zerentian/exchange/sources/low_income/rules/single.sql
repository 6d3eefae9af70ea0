-- id: low_income.single
-- title: 重病重残人员未按单人户保障
-- title_en: Severely ill or disabled, not supported as a single
-- kind: gap
-- standard: 重病重残单人户施保
-- severity: check
-- definition: 未脱贫户中登记为一、二级残疾或患有大病的成员，民政本地区全量名单中没有本人在享的低保或特困记录；本人证件号码无效、名单截止后才增加的，不提示
-- definition_en: A member of a household still poor, registered with a disability of grade 1 or 2 or a serious illness, without a current record on the full list of the area; not asked of people whose number is invalid or who joined after the list's end
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2018-07-01
-- shows: reason=档案登记|Register, delivered=民政名单|Civil affairs
-- ask: 本人是否靠家里供养、能否单独立户？|Does the person live on the family and can form a household of his own?；是否知道可以按单人户申请低保？|Is it known that the allowance can be applied for as a single?
select p.household, p.person, p.division, cast(null as bigint) as row,
  case when p.disability_grade in ('grade_1', 'grade_2') then '一、二级残疾' else '患有大病' end as reason, '没有在享记录' as delivered
from facts.person p
join facts.household h on h.household = p.household
join facts.full_table t on t.source = 'low_income' and p.division >= t.lo and p.division < t.hi
where h.status in ('poor', 'pre_exit', 'returned') and p.left_on is null and p.id_valid
  and (p.disability_grade in ('grade_1', 'grade_2') or p.health like '%serious_illness%')
  and not p.allowance and not p.extreme_support
  and (p.joined_on is null or p.joined_on <= t.complete_on)
  and not exists (select 1 from matched.low_income m where m.person = p.person and m.state = '在享')
