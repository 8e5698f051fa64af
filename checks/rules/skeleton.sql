/*
# 本地规则。先改好下面各项和 SQL，写好用例，再运行：
#   duibian rules test X00                     用例是否都符合
#   duibian rules preview 本文件 --month 年-月    在已发布的月份上会增加、减少哪些疑点
# 满意后把 effective_from 改为真正的生效日期；在那以前每月运行时不会执行。
id = "X00"
title = "单月应发金额偏高（请改成自己的名称）"
group = "X"
# 级别：1 红、2 橙、3 黄、4 蓝
severity = 4
# 缺一不可的来源表；几张表有一张即可的，用 | 分开
sources = ["finance__payroll"]
# 依据：条文编号，可按机构性质分别写（default、government、party、mass、institution、other）
basis = { default = "party2019" }
category = ""
# 对象：person 人员、unit 机构、section 内设机构、file 文件
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2099-01-01
effective_to = ""
# SQL 里用到的 $参数
parameters = ["month"]
lag = ""
exceptions = []
# 结论取决于哪些列：这些列变了，已作的处理结论才重新打开
decided_by = ["pay.gross"]
# 金额性质：recoverable 可追缴、indicative 参考、none 无
amount = "none"
disposition = "核实"
remedy = "单位说明本月应发金额偏高的原因，附依据"
counterfactual = "若财政更正本月应发金额，则本条消除"
# 句式：花括号里是结果的列；不写姓名，不下结论
sentence = "本月在职发放工资应发 {gross:money}，高于十万元。"
false_alarms = ["年终一次性奖金与工资同月发放的"]
version = 1
*/
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    p.gross
from pay as p
where p.month = $month
  and p.is_in_service
  and p.gross > 100000
