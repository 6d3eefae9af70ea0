-- id: relocation.no_work
-- title: 搬迁入住后没有人就业
-- title_en: Moved in, and nobody has work
-- kind: gap
-- standard: 易地搬迁稳得住、能致富
-- severity: check
-- definition: 搬迁户入住超过规定天数，家里有普通或技能劳动力，而档案中没有一人登记务工月数或公益性岗位
-- definition_en: The given days after moving in, a household with somebody able to work has nobody with months of work or a public-welfare post in the register
-- article: 7
-- checked_by: village
-- owner: reform
-- version: 1
-- from: 2016-01-01
-- parameters: days=relocation.settle_days
-- shows: site=安置点|Site, moved_on=入住日期|Moved in on, persons=搬迁人口|Persons
-- ask: 劳动力现在做什么，收入从哪里来？|What do those who can work do and what do they live on?；附近扶贫车间、公益性岗位是否介绍过？|Were a workshop or a public-welfare post offered?；在家务农或自主经营的，档案是否漏登？|If they farm or have a business is the register late?
select m.household, m.person, m.division, m.row, m.site, m.moved_on, m.persons
from matched.relocation m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.state = '已入住' and date_diff('day', m.moved_on, :on) > :days
  and exists (
    select 1 from facts.person p where p.household = m.household and p.left_on is null and p.labour in ('ordinary', 'skilled'))
  and not exists (
    select 1 from facts.person p where p.household = m.household and p.left_on is null
      and (coalesce(p.work_months, 0) > 0 or coalesce(p.public_post, '') <> ''))
