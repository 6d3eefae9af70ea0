-- id: payroll.several
-- title: 一户有多名成员由财政统发
-- title_en: Several members of a household are paid from the treasury
-- kind: doubt
-- standard: 七清四严·严2
-- severity: clear
-- definition: 在册贫困户有规定人数以上的成员由财政统发工资或离退休费，且尚未停发
-- definition_en: At least the given number of members of a registered household are paid or pensioned from the treasury, not ended
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: members=payroll.members
-- shows: paid=统发人数|Paid members, since=最早起始|First since
-- ask: 各人分别在哪个单位、是否共同生活？|Where does each work and do they live together?；识别时是否申报过？|Was it declared at identification?
select m.household, cast(null as bigint) as person, min(m.division) as division, max(m.row) as row,
  count(distinct m.person) as paid, min(m.since) as since
from matched.payroll m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.post in ('公务员', '事业编制', '国有企业', '离退休') and (m.until is null or m.until > :on)
group by m.household
having count(distinct m.person) >= :members
