-- id: school_roll.no_aid
-- title: 贫困学生没有资助
-- title_en: A poor student without aid
-- kind: gap
-- standard: 学生资助应助尽助
-- severity: strict
-- definition: 享受政策的在册户成员在读，所在学段有资助政策，而本学年资助金额为零或没有填；义务教育非寄宿生按当年政策提示，研究生不提示
-- definition_en: A member of a registered household with policies is at school in a stage that is aided, and the aid of the school year is zero or missing; day pupils of compulsory schools as the policy of the year says, postgraduates not at all
-- article: 7
-- checked_by: village
-- owner: education
-- version: 1
-- from: 2016-01-01
-- parameters: day_pupils=school_roll.day_pupils_aided
-- shows: school=学校|School, stage=学段|Stage, grade=年级|Year, boards=寄宿|Boards, aid=资助金额（元）|Aid (yuan)
-- ask: 本学年有没有收到资助，哪一项、多少钱？|Was any aid received this year and how much?；在外县外省就读的，是否在就读地申请过？|If at school elsewhere was it applied for there?；学校是否知道是建档立卡学生？|Does the school know that the student is registered as poor?
select m.household, m.person, m.division, m.row, m.school, m.stage, m.grade, m.boards, coalesce(m.aid, 0) as aid
from matched.school_roll m
join facts.household h on h.household = m.household
where h.status in ('poor', 'pre_exit', 'returned', 'exited') and m.state = '在读' and coalesce(m.aid, 0) = 0
  and not coalesce(m.rain_dew, false)
  and (m.stage in ('学前', '普通高中', '中职', '高职高专', '本科')
    or m.stage in ('小学', '初中') and (coalesce(m.boards, false) or :day_pupils = 1))
