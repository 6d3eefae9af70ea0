-- id: payroll.public_post
-- title: 在发公益性岗位补贴，档案没有登记
-- title_en: Paid for a public-welfare post, not in the register
-- kind: record
-- severity: check
-- definition: 在册户成员正在领取公益性岗位补贴，而档案没有登记公益性岗位
-- definition_en: A member of a registered household is paid for a public-welfare post now, and the register has none
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: unit=发放单位|Paying unit, post=人员类别|Kind, since=起始日期|Since
-- ask: 是什么岗位，是否真正在岗？|Which post is it and is it worked?；补贴是否计入家庭收入、档案是否应更正？|Is the pay in the income and should the register be corrected?
select m.household, m.person, m.division, m.row, m.unit, m.post, m.since
from matched.payroll m
join facts.person p on p.person = m.person
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.post = '公益性岗位' and (m.until is null or m.until > :on) and coalesce(p.public_post, '') in ('', 'none')
