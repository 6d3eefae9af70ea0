-- id: hukou.absent
-- title: 全家长期不在登记地居住
-- title_en: Nobody has lived at home for long
-- kind: doubt
-- standard: 七清四严·清4
-- severity: clear
-- definition: 在册户的现有成员都有正常户口记录，且都人户分离达到规定月数
-- definition_en: Every member of a registered household has a record in force and has been away from the registered home for the given months
-- article: 7
-- procedure: household.removal
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: months=hukou.away_months
-- shows: members=在册人数|Members, away=人户分离人数|Away
-- ask: 全家现在住在哪里，能否联系上？|Where does the household live now and can it be reached?；在外是租房、单位住房还是自购房？|Does it rent there, live at the workplace or own a house?；是否因务工、易地搬迁外出，每年回村多久？|Is it away for work or by relocation and how long is it back each year?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row, p.members, a.away
from facts.household h
join (select household, count(*) as members from facts.person where left_on is null group by household) p on p.household = h.household
join (
  select m.household, count(distinct m.person) as away
  from matched.hukou m
  where m.state = '正常' and m.away_since is not null and date_diff('day', m.away_since, :on) >= :months * 30.436875
  group by m.household
) a on a.household = h.household
where h.status not in ('removed', 'closed') and not coalesce(h.is_relocated, false) and a.away = p.members
