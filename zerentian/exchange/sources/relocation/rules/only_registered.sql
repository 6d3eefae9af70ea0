-- id: relocation.only_registered
-- title: 档案登记搬迁户，不在搬迁名单
-- title_en: Relocated in the register, not on the list
-- kind: record
-- severity: check
-- definition: 档案登记为易地搬迁户，而发改部门本地区全量名单中没有这一户任何成员的记录；只看有证件号码有效的成员、名单截止前已识别的户
-- definition_en: The register has the household as relocated, and the full list of the area has no row of any member; only households with a member whose number is valid, identified before the list's end
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: registered=档案|Register, delivered=搬迁名单|List
-- ask: 享受的是易地搬迁，还是生态移民、避灾搬迁等其他搬迁？|Is it this programme or another kind of moving?；安置房在哪里？|Where is the new dwelling?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row,
  '易地搬迁户' as registered, '没有这一户' as delivered
from facts.household h
join facts.full_table t on t.source = 'relocation' and h.division >= t.lo and h.division < t.hi
where h.status not in ('removed', 'closed') and h.is_relocated and (h.identified_on is null or h.identified_on <= t.complete_on)
  and exists (select 1 from facts.person p where p.household = h.household and p.left_on is null and p.id_valid)
  and not exists (select 1 from matched.relocation m where m.household = h.household)
