-- id: commercial_insurance.total
-- title: 全家自费商业保险保费较高
-- title_en: A household pays high premiums
-- kind: doubt
-- standard: 七清四严·严3
-- severity: check
-- definition: 在册贫困户全家自费的有效人寿、健康、意外保险（不含养老年金和农业保险），合计年保费达到标准
-- definition_en: The life, health and accident policies in force that a registered household pays for itself come to at least the given yearly premium; annuities and farm insurance not counted
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: least=commercial_insurance.total_least
-- shows: policies=保单数|Policies, total=合计年保费（元）|Total yearly premium (yuan)
-- ask: 保的是哪些人、哪些险，是否因病投保？|Who is insured against what, and because of illness?；保费从哪里来？|Where does the money come from?
select m.household, cast(null as bigint) as person, min(m.division) as division, max(m.row) as row,
  count(*) as policies, sum(m.premium) as total
from matched.commercial_insurance m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '有效' and m.paid_by = '本人' and m.kind in ('终身寿险', '定期寿险', '健康险', '意外险', '财产险')
group by m.household
having sum(m.premium) >= :least
