-- The published month (design 5.4). Generated from assets/contracts; columns are added, never renamed.

-- 疑点; key: finding_id
create table "finding" (
    "finding_id" varchar,  -- 疑点标识
    "number" varchar,  -- 疑点编号
    "month" varchar,  -- 月份
    "rule_id" varchar,  -- 规则
    "rule_version" bigint,  -- 规则版本
    "severity" bigint,  -- 级别
    "severity_rule" bigint,  -- 规则级别
    "category" varchar,  -- 吃空饷类别
    "subject" varchar,  -- 对象
    "subject_key" varchar,  -- 对象键
    "matter" varchar,  -- 事项
    "case_id" varchar,  -- 案件
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "unit_id" varchar,  -- 机构编码
    "unit_name" varchar,  -- 机构名称
    "supervisor" varchar,  -- 主管部门
    "division" varchar,  -- 区划
    "first_month" varchar,  -- 首次发现月份
    "months_open" bigint,  -- 持续月数
    "change" varchar,  -- 变化
    "status" varchar,  -- 状态
    "stock" boolean,  -- 存量
    "match_level" varchar,  -- 匹配级别
    "in_lag" boolean,  -- 时间差内
    "exemption_id" varchar,  -- 例外登记
    "counter_evidence" varchar,  -- 反证
    "amount_month" decimal(14,2),  -- 本月金额
    "amount_gross" decimal(14,2),  -- 应发合计
    "amount_net" decimal(14,2),  -- 实发合计
    "amount_employer" decimal(14,2),  -- 单位缴费合计
    "amount_total" decimal(14,2),  -- 涉及金额
    "amount_kind" varchar,  -- 金额性质
    "months" varchar,  -- 涉及月份
    "months_missing" varchar,  -- 缺失月份
    "basis_id" varchar,  -- 依据编号
    "owner" varchar,  -- 责任部门
    "confirmer" varchar,  -- 确认部门
    "due_on" date,  -- 限期
    "explanation" varchar,  -- 说明
    "remedy" varchar,  -- 处置建议
    "evidence_hash" varchar,  -- 证据指纹
    "decision" varchar,  -- 核查结论
    "reopened" varchar,  -- 重新打开原因
    "severity_raw" bigint,  -- 原级别
    "status_raw" varchar,  -- 原状态
    "basis_is_verified" boolean,  -- 依据已核
    "decided_values" varchar,  -- 判定值
    "counterfactual" varchar,  -- 消除条件
    "demotion" varchar  -- 降级
);

-- 疑点证据; key: finding_id, seq
create table "finding_evidence" (
    "finding_id" varchar,  -- 疑点标识
    "seq" bigint,  -- 序号
    "role" varchar,  -- 角色
    "department" varchar,  -- 部门
    "table" varchar,  -- 表
    "file" varchar,  -- 文件
    "sheet" varchar,  -- 工作表
    "row" bigint,  -- 行号
    "row_uid" bigint,  -- 行标识
    "values" varchar,  -- 原始值
    "sha256" varchar,  -- 文件指纹
    "month" varchar,  -- 月份
    "amount" decimal(14,2),  -- 计入金额
    "amount_net" decimal(14,2),  -- 计入实发
    "amount_employer" decimal(14,2)  -- 计入单位缴费
);

-- 已消除疑点; key: finding_id
create table "finding_resolved" (
    "finding_id" varchar,  -- 疑点标识
    "number" varchar,  -- 疑点编号
    "rule_id" varchar,  -- 规则
    "subject" varchar,  -- 对象
    "subject_key" varchar,  -- 对象键
    "matter" varchar,  -- 事项
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "unit_id" varchar,  -- 机构编码
    "unit_name" varchar,  -- 机构名称
    "severity" bigint,  -- 级别
    "amount_total" decimal(14,2),  -- 涉及金额
    "first_month" varchar,  -- 首次发现月份
    "reason" varchar,  -- 消除原因
    "field" varchar,  -- 更正字段
    "old" varchar,  -- 原值
    "new" varchar,  -- 新值
    "stock" boolean  -- 存量
);

-- 案件; key: case_id
create table "case" (
    "case_id" varchar,  -- 案件
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "unit_id" varchar,  -- 机构编码
    "unit_name" varchar,  -- 机构名称
    "principal_rule" varchar,  -- 主要规则
    "supporting_rules" varchar,  -- 佐证规则
    "n_findings" bigint,  -- 疑点数
    "severity" bigint,  -- 级别
    "first_month" varchar,  -- 起始月份
    "months" varchar,  -- 涉及月份
    "amount_gross" decimal(14,2),  -- 应发合计
    "amount_net" decimal(14,2),  -- 实发合计
    "amount_employer" decimal(14,2),  -- 单位缴费合计
    "amount_total" decimal(14,2),  -- 涉及金额
    "amount_kind" varchar  -- 金额性质
);

-- 人员; key: person_id
create table "person" (
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "birth_date" date,  -- 出生日期
    "sex" varchar,  -- 性别
    "presence" varchar,  -- 在册情形
    "match_level" varchar,  -- 匹配级别
    "id_class" varchar,  -- 号码类别
    "unit_id" varchar  -- 编制所在机构
);

-- 人员对照; key: row_uid
create table "person_xref" (
    "row_uid" bigint,  -- 行标识
    "person_id" varchar,  -- 人员键
    "department" varchar,  -- 部门
    "table" varchar,  -- 表
    "match_level" varchar,  -- 匹配级别
    "score" double,  -- 得分
    "evidence" varchar,  -- 匹配依据
    "candidate_person_id" varchar  -- 候选人员键
);

-- 人员键沿革; key: old_person_id
create table "person_alias" (
    "old_person_id" varchar,  -- 原人员键
    "person_id" varchar,  -- 现人员键
    "kind" varchar,  -- 变化
    "month" varchar  -- 月份
);

-- 机构; key: unit_id
create table "unit" (
    "unit_id" varchar,  -- 机构编码
    "name" varchar,  -- 机构名称
    "credit_code" varchar,  -- 统一社会信用代码
    "nature" varchar,  -- 机构性质
    "system" varchar,  -- 系统类别
    "rank" varchar,  -- 机构规格
    "funding" varchar,  -- 经费形式
    "status" varchar,  -- 机构状态
    "abolished_on" date,  -- 撤销日期
    "supervisor_id" varchar,  -- 主管部门编码
    "supervisor" varchar,  -- 主管部门
    "is_civil_managed" boolean,  -- 是否参公
    "is_approved" boolean,  -- 编办是否批准
    "is_unified_pay" boolean,  -- 是否统发
    "presence" varchar,  -- 在册情形
    "division" varchar,  -- 区划
    "pool_id" varchar  -- 编制池
);

-- 机构对照; key: department, code, name, unit_id
create table "unit_xref" (
    "department" varchar,  -- 部门
    "code" varchar,  -- 代码
    "name" varchar,  -- 名称
    "unit_id" varchar,  -- 机构编码
    "method" varchar,  -- 对照方式
    "is_confirmed" boolean,  -- 已确认
    "share" double,  -- 份额
    "n_rows" bigint  -- 行数
);

-- 三数对应; key: unit_id, quota_type
create table "three_numbers" (
    "unit_id" varchar,  -- 机构编码
    "unit_name" varchar,  -- 机构名称
    "supervisor" varchar,  -- 主管部门
    "quota_type" varchar,  -- 编制类型
    "approved" bigint,  -- 编制数
    "on_roster" bigint,  -- 实有人员数
    "paid" bigint,  -- 财政供养数
    "n_organisation" bigint,  -- 组织部人数
    "n_personnel" bigint,  -- 人社人数
    "pool_id" varchar,  -- 编制池
    "ledger_entries" varchar  -- 台账分录
);

-- 差异桥; key: unit_id, quota_type, comparison, person_id, sign
create table "bridge" (
    "unit_id" varchar,  -- 机构编码
    "quota_type" varchar,  -- 编制类型
    "comparison" varchar,  -- 比较
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "sign" bigint,  -- 增减
    "reason" varchar,  -- 原因
    "finding_id" varchar,  -- 疑点标识
    "row_uid" bigint,  -- 行标识
    "detail" varchar  -- 说明
);

-- 发放核对; key: row_uid
create table "gate" (
    "payroll_month" varchar,  -- 工资月份
    "data_as_of" date,  -- 数据截止
    "lock_on" date,  -- 锁定日
    "agency_code" varchar,  -- 单位代码
    "agency_name" varchar,  -- 单位名称
    "per_id" varchar,  -- 人员编号
    "file" varchar,  -- 文件
    "sheet" varchar,  -- 工作表
    "row" bigint,  -- 行号
    "row_uid" bigint,  -- 行标识
    "unit_id" varchar,  -- 机构编码
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "amount" decimal(14,2),  -- 金额
    "payable_amount" decimal(14,2),  -- 可发金额
    "action" varchar,  -- 动作
    "breaker" varchar,  -- 熔断
    "reasons" varchar,  -- 原因
    "resume_condition" varchar,  -- 恢复条件
    "due_on" date  -- 限期
);

-- 变动有据; key: payroll_month, agency_code, kind, person_id, row_uid
create table "gate_change" (
    "payroll_month" varchar,  -- 工资月份
    "agency_code" varchar,  -- 单位代码
    "agency_name" varchar,  -- 单位名称
    "unit_id" varchar,  -- 机构编码
    "kind" varchar,  -- 变动
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "row_uid" bigint,  -- 行标识
    "amount_before" decimal(14,2),  -- 上月金额
    "amount_after" decimal(14,2),  -- 本月金额
    "change" decimal(14,2),  -- 增减
    "paper" varchar,  -- 依据
    "is_supported" boolean  -- 有依据
);

-- 补发跟踪; key: held_month, row_key
create table "gate_backpay" (
    "payroll_month" varchar,  -- 下次工资月份
    "held_month" varchar,  -- 暂停月份
    "row_key" varchar,  -- 发放行
    "agency_code" varchar,  -- 单位代码
    "agency_name" varchar,  -- 单位名称
    "per_id" varchar,  -- 人员编号
    "unit_id" varchar,  -- 机构编码
    "person_id" varchar,  -- 人员键
    "id_no" varchar,  -- 身份证号
    "name" varchar,  -- 姓名
    "normal_amount" decimal(14,2),  -- 正常应发
    "held_amount" decimal(14,2),  -- 暂停金额
    "paid_amount" decimal(14,2),  -- 已补发
    "open_amount" decimal(14,2),  -- 尚未补发
    "paid_month" varchar,  -- 补发月份
    "draft_amount" decimal(14,2),  -- 草表补发
    "state" varchar,  -- 状态
    "rules" varchar,  -- 规则
    "numbers" varchar,  -- 疑点编号
    "handler" varchar,  -- 经办
    "reviewer" varchar  -- 复核
);

-- 收文; key: file_no
create table "intake_file" (
    "file_no" bigint,  -- 序号
    "month" varchar,  -- 月份
    "department" varchar,  -- 部门
    "file" varchar,  -- 文件
    "sha256" varchar,  -- 指纹
    "size" bigint,  -- 字节数
    "status" varchar,  -- 状态
    "message" varchar,  -- 说明
    "n_sheets" bigint,  -- 工作表数
    "as_of" date,  -- 截止日期
    "carried_from" varchar  -- 沿用月份
);

-- 行归类; key: part, class, reason
create table "intake_row_class" (
    "part" bigint,  -- 分片
    "department" varchar,  -- 部门
    "file" varchar,  -- 文件
    "sheet" varchar,  -- 工作表
    "table" varchar,  -- 表
    "class" varchar,  -- 归类
    "reason" varchar,  -- 原因
    "n_rows" bigint,  -- 行数
    "n_counted" bigint,  -- 独立计数
    "first_row" bigint  -- 首行
);

-- 数据问题; key: issue_no
create table "issue" (
    "issue_no" bigint,  -- 序号
    "month" varchar,  -- 月份
    "department" varchar,  -- 部门
    "table" varchar,  -- 表
    "file" varchar,  -- 文件
    "sheet" varchar,  -- 工作表
    "row" bigint,  -- 行号
    "column" varchar,  -- 列
    "code" varchar,  -- 问题代码
    "severity" varchar,  -- 程度
    "value" varchar,  -- 值(脱敏)
    "n" bigint,  -- 处数
    "message" varchar,  -- 说明
    "remedy" varchar,  -- 处理办法
    "row_uid" bigint,  -- 行标识
    "cell" varchar,  -- 单元格
    "heading" varchar  -- 表头
);

-- 隔离行; key: row_uid
create table "quarantine" (
    "row_uid" bigint,  -- 行标识
    "department" varchar,  -- 部门
    "table" varchar,  -- 表
    "file" varchar,  -- 文件
    "sheet" varchar,  -- 工作表
    "row" bigint,  -- 行号
    "reason" varchar,  -- 原因
    "values" varchar  -- 原始值
);

-- 质量检查; key: department, table, check, column
create table "quality" (
    "department" varchar,  -- 部门
    "table" varchar,  -- 表
    "check" varchar,  -- 检查
    "column" varchar,  -- 列
    "severity" varchar,  -- 程度
    "is_passed" boolean,  -- 是否通过
    "n_rows" bigint,  -- 行数
    "n_failed" bigint,  -- 不合格数
    "observed" varchar,  -- 实测
    "expected" varchar,  -- 要求
    "message" varchar  -- 说明
);

-- 规则; key: rule_id
create table "rule" (
    "rule_id" varchar,  -- 规则
    "title" varchar,  -- 名称
    "group" varchar,  -- 组
    "severity" bigint,  -- 级别
    "version" bigint,  -- 版本
    "category" varchar,  -- 类别
    "owner" varchar,  -- 责任部门
    "confirmer" varchar,  -- 确认部门
    "sources" varchar,  -- 所需来源
    "status" varchar,  -- 本月状态
    "reason" varchar,  -- 未核原因
    "n_findings" bigint,  -- 疑点数
    "n_exempt" bigint,  -- 例外数
    "n_in_lag" bigint,  -- 时间差数
    "amount_total" decimal(14,2),  -- 涉及金额
    "basis" varchar,  -- 依据
    "remedy" varchar,  -- 处置建议
    "sha256" varchar,  -- 规则指纹
    "n_refuted" bigint,  -- 不属实数
    "demotion" varchar  -- 降级
);

-- 说明; key: key
create table "meta" (
    "key" varchar,  -- 项目
    "value" varchar  -- 内容
);
