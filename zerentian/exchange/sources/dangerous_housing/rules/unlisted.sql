-- id: dangerous_housing.unlisted
-- title: 档案登记危房，不在危改台账
-- title_en: An unsafe house in the register, not in the ledger
-- kind: gap
-- standard: 住房安全有保障
-- severity: clear
-- definition: 档案住房等级为 C 级或 D 级、没有登记改造完成也不是易地搬迁户，而住建部门本地区全量台账中没有这一户任何成员的记录；只看有证件号码有效的成员、名单截止前已识别的户
-- definition_en: The register has the house as grade C or D, neither repaired nor relocated, and the full ledger of the area has no row of any member; only households with a member whose number is valid, identified before the ledger's end
-- article: 7
-- checked_by: village
-- owner: housing
-- version: 1
-- from: 2016-01-01
-- shows: grade=档案住房等级|Grade in the register, delivered=危改台账|Ledger
-- ask: 现在住的是不是这所房子，有没有别的安全住房？|Is this the house lived in and is there another safe one?；是否请过住建部门鉴定，鉴定书在哪里？|Was it assessed and where is the paper?；愿意维修、重建还是搬迁？|Is repair or rebuilding or moving wanted?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row, upper(h.house_grade) as grade,
  '没有这一户' as delivered
from facts.household h
join facts.full_table t on t.source = 'dangerous_housing' and h.division >= t.lo and h.division < t.hi
where h.status not in ('removed', 'closed') and h.house_grade in ('c', 'd') and h.house_repaired_on is null
  and not coalesce(h.is_relocated, false) and (h.identified_on is null or h.identified_on <= t.complete_on)
  and exists (select 1 from facts.person p where p.household = h.household and p.left_on is null and p.id_valid)
  and not exists (select 1 from matched.dangerous_housing m where m.household = h.household)
