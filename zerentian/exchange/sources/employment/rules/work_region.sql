-- id: employment.work_region
-- title: 务工地点与档案不一致
-- title_en: Place of work disagrees
-- kind: record
-- severity: check
-- definition: 在册户成员正在务工，登记地点与档案的务工区域不同；档案没有登记务工的也算
-- definition_en: A member of a registered household is at work now, at another place than the register says, or the register has no work
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: kind=登记类别|Kind, place=就业地点|Place of work, since=起始日期|Since, registered=档案务工区域|Region in the register
-- ask: 现在到底在哪里务工？|Where does the person work now?；档案的务工区域和月数是否应更新？|Should region and months of work be updated?
select m.household, m.person, m.division, m.row, m.kind, m.place, m.since, r.region as registered
from matched.employment m
join (
  select p.person, p.labour,
    case p.work_region when 'in_township' then '乡（镇）内' when 'in_county' then '县内' when 'in_province' then '省内'
      when 'other_province' then '省外' when 'abroad' then '境外' else '没有登记' end as region
  from facts.person p
) r on r.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.kind in ('外出务工', '就近就业') and m.since <= :on and (m.until is null or m.until > :on)
  and m.place is not null and m.place <> r.region
