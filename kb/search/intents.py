"""What kind of answer a question wants, read from its question words.

Rules of grammar, Chinese and English, not of any document: 谁/哪些部门 ask for duties, 多少/几 for figures, 什么是 for
a definition. The first kind whose pattern fits wins, in the order of KINDS; what fits none asks for measures.
"""

from __future__ import annotations

import re

from kb.search.quantities import HOW_LONG

# 谁负责 · 由谁牵头 · 归哪个部门管 · 责任单位有哪些 · 是哪些单位的职责 · 落到谁头上 · 找哪家
DUTY = re.compile(
    r"(?<![给向对])谁(?!是|说)|何人|哪(?:些|个|几个|几家|家|一家|几)?[^，。？的]{0,4}(?:部门|部委|厅局|单位|局|(?<!公共)机构|机关|主体|委办局|家)|哪儿管|"
    r"(?:责任|牵头|配合|主管|承办|参与|协办|实施|主责|归口|承担|分管|负责|对口)的?(?:单位|部门|主体)|(?:部门|单位|责任)分工|归.{0,8}(?:管|抓|负责)|(?:负责|牵头)(?:的)?是|"
    r"什么(?:部门|单位|机构)|负责人是|责任(?:分工|主体)"
)
DUTY_EN = re.compile(
    r"\bwho\b|\bwhose\b|\b(?:which|what)\b[^?]{0,30}\b(?:department|bod(?:y|ies)|bureau|agenc|unit|organi[sz]ation|"
    r"authorit|office|institution)|responsible (?:for|bod|unit|depart)|in charge|\b(?:lead|"
    r"support)(?:ing)? (?:unit|body|agency|department)"
)
# 市水务局负责哪些工作 · 参与哪项 · 职责有什么 · 涉及哪些条款 · 承担什么责任 · 要做些什么
ORGAN_DUTIES = re.compile(
    r"(?:负责|承担|参与|涉及|牵头|配合|分管|主管|管|做|干|承办|落实|推进|完成|协助)(?:了|着|的)?[^，。？]{0,8}(?:哪|什么|啥|多少|几)|"
    r"(?:哪|什么|啥|多少|几)[^，。？]{0,4}(?:工作|任务|工程|事项|条款|事|职责|责任|方面|内容|地方|活|条|项)|"
    r"(?:分到|分得|摊到|领到)(?:了)?[^，。？]{0,4}(?:哪|什么|啥|多少|几)|"
    r"(?:职责|任务|责任|分工|工作|活儿?|差事|事情?)(?:是|有|包括|清单|$|[？?])|(?:相关|有关)的?(?:条款|任务|工作)|列出.*(?:任务|条款|职责|工作|事项|差事)"
)
# 在哪些事项里是责任单位: asks for the tasks of a body, though it says 责任单位
ROLE_IN = re.compile(
    r"哪[些几个]?[^，。？]{0,6}(?:里|中|上)?(?:是|为|作为|当|列为)[^，。？]{0,2}(?:责任|牵头|配合)(?:单位|部门)"
)
ORGAN_DUTIES_EN = re.compile(
    r"\bwhat\b.*\b(?:responsib|do|does|duties|duty|tasks?|role|in charge)|\bwhich (?:tasks?|clauses?|"
    r"items?|duties)"
)
# 多少 · 几户 · 百分之几 · 目标是什么 · 降到什么程度 · 国几
FIGURE = re.compile(
    r"多少|(?<![好哪])几(?!乎)(?:成|个|家|户|座|台|吨|万|百|次|倍|度|处|辆|公里|亩|分|[，。？?]|$)|百分之几|百分比|数值|(?:多大|哪)[^，。]{0,3}(?:规模|吨位)|具体数|"
    r"多大|多高|多低|多长|什么程度|什么水平|翻几番|(?:上|下)限|最(?:多|少|高|低)(?:允许|不|能|可|占|为|是)"
)
TARGET = re.compile(
    r"目标|指标|比例|比重|占比|率(?:要|应|是|为|达|控|目)|规模|总量(?:要|是|目)|增速|达到|降到|降至|提高到|控制在|量化"
)
FIGURE_EN = re.compile(
    r"how (?:much|many|far|large|big|high|low)|what (?:share|percentage|proportion|ratio|rate|"
    r"capacity|number|amount|level|figure)|by what|what percent"
)
TARGET_EN = re.compile(r"\btargets?\b|\bgoals?\b|\bindicator")
DEFINITION = re.compile(
    r"什么是|什么叫|何谓|何为|是指什么|指的?是什么|是什么意思|什么意思|啥意思|怎么理解|如何理解|的(?:含义|定义|概念|意思)|(?:名词|术语)?解释(?:一下)?|"
    r"^[^，。？]{2,14}(?:是|指)(?:什么|啥)[？?。]?$"
)
DEFINITION_EN = re.compile(
    r"what (?:is|are) (?:meant by |an? )?[\w\- ().]{2,40}\?*$|what does .* (?:mean|stand for)|"
    r"\bdefin(?:e|ition)|meaning of"
)
METADATA = re.compile(
    r"文号|(?:几|多少)号文|发文(?:机关|单位|字号|日期|时间|号)|发布?(?:机关|日期|时间)|成文日期|落款|主送|印发(?:给|对象)|"
    r"(?:什么时候|何时|哪(?:一)?年|哪(?:一)?天|几月|几号|日期|时间)[^，。]{0,6}(?:印发|发布|出台|发文|下发|公布|发的|印的|生效|成文)|"
    r"(?:印发|发布|出台|下发|公布|成文)[^，。]{0,4}(?:时间|日期|单位|机关|于|的)|(?:谁|哪个?[^，。]{0,4}|什么[^，。]{0,3})(?:印发|发布|制定|出台|发文|下发)|"
    r"依据[^，。]{0,12}(?:文件|什么|哪(?!一?[条款项]))|"
    r"(?:什么时候|何时|哪(?:一)?[年天]|几[月号])[^，。]{0,4}(?:起|开始)?(?:施行|实行|实施|执行|生效|失效|到期|废止)|(?:施行|生效|失效|到期)(?:时间|日期)|"
    r"(?<!证)(?<!证书)有效期|(?:负责|归谁|由谁|谁来?)解释|解释权|(?:是不是|是|算)(?:全文|原文|摘编|摘要)|(?:根据|按照|贯彻|落实)[^，。]{0,4}(?:什么|"
    r"哪)[^，。]{0,6}(?:文件|方案|制定)|上位文件|上级文件|网址|官网|网页|(?:文件|方案|原文|公开|"
    r"下载)[^，。]{0,6}链接|网上哪|"
    r"是否公开|公开(?:吗|了吗|不公开)|附件公开|(?:全称|标题|题目|(?:文件|方案|通知|规划|意见)的?名称)(?:是|叫|为)|文件(?:的)?(?:全称|"
    r"标题|名称)|(?:是|由)[^，。]{0,12}(?:印发|发布|制定|出台|发|印)的|叫什么(?:名字)?[，？?]?$|"
    r"(?:文件|方案|通知).{0,10}(?:谁|哪)[^，。]{0,6}发"
)
METADATA_EN = re.compile(
    r"document number|when was .*(?:issued|published|released)|(?:issue|issuance|publication) date|"
    r"date of (?:issue|issuance)|"
    r"who (?:issued|published)|which (?:body|government|authority) issued|full title|issued (?:by|on|"
    r"in)|based on which|what documents? (?:is|was|does) .*(?:based|implement)"
)
COMPARE = re.compile(
    r"相差|合起来|合计|加起来|总和|谁[^，。]{0,10}(?:更)?(?:多|少)(?:些|$|[？?])|"
    r"(?<!占)(?<!配)比(?!例|重)[^，。]{0,10}(?:哪个|谁)?(?:更)?(?:高|低|严|宽|多|少|快|慢)|哪个(?:更)?(?:高|低|多|少|严|大|"
    r"小)|差(?:多少|几|距|别)|(?<![提最升增])高(?:多少|几)|(?<![降减最])低(?:多少|几)|对比|比较|对照|相比|一样(?:吗|么|不)|"
    r"(?:严|宽|松)于|相同(?:吗|么)|区别|不同|异同|"
    r"更(?:高|低|严|宽|多|少|大|小|松)|(?:三级|各级|两级|国省市|国家、?省)"
)
COMPARE_EN = re.compile(
    r"\bcompar|\bdiffer|\bhigher\b|\blower\b|\blarger\b|\bsmaller\b|\bgreater\b|\bbigger\b|"
    r"\bstricter\b|\bversus\b|\bvs\b"
)
# 和哪一年相比: asks for the base year of one target, not for a comparison
BASELINE = re.compile(
    r"哪(?:一)?年(?:相比|比)|(?:比|较|与|同)(?:20\d\d|上一?|去|前一?)年[^，。？]{0,4}(?:低|高|多|少|相比)|比哪(?:一)?年|"
    r"基期|基准年|compared (?:with|to) (?:which|what) year"
)
LIST = re.compile(
    r"(?:合起来|合计|加起来)[^，。]{0,6}多少|(?:哪些|哪几|多少|几|所有|全部)(?:个)?(?:条款|条|项任务|项|款|处)(?![件例])|(?:条款|任务)(?:有|是)?(?:哪些|哪几|多少|几)|"
    r"(?:只|仅)(?:有|由)?一个?(?:部门|单位|家)|单独负责|独自负责|唯一|"
    r"(?:没有|未写|没写|缺少|不含)[^，。]{0,6}(?:责任|负责|部门|单位)|(?:部门|单位|出现|涉及|参与|负责|承担)[^，。]{0,10}(?:最多|最少)|"
    r"(?<!哪)(?:多少|几)个?(?:市直|责任)?(?:部门|单位|主体)|(?:共同|同时|都)(?:由)?[^，。]{0,4}负责"
)
LIST_EN = re.compile(r"\bhow many (?:clauses|departments|bodies|items)|\blist (?:all|every)|\bwhich clauses")
CONFIRM = re.compile(
    r"对[吗吧么]|吧[？?。]?$|是[吗吧]|(?:吗|(?<![什怎那这多])么)[？?。]?$|是不是|是否|有没有|对不对|没错吧|"
    r"不是.*吗|听说|\b(?:is it true|right\?|correct\?)|^(?:is|are|was|does|do|did)\b",
    re.I,
)
REASON = re.compile(r"为什么|为何|为啥|凭什么|怎么会|何以|原因|缘由|\bwhy\b", re.I)
# 目标怎么定: asks for the way, though it names a target
MANNER = re.compile(r"怎么|怎样|如何|\bhow (?:is|are|will|should)\b", re.I)
# 里面有市水务局吗 · 包括不包括 · is … involved
MEMBER = re.compile(r"负责|牵头|配合|参与|里面|其中|有|包括|包含|含|涉及|responsib|involved|includ")
# 由市水务局牵头 · 市卫健委为啥要管 · VOC治理归市体育局: puts a body forward as responsible
ASSERTED_DUTY = re.compile(
    r"(?:由|归|让)[^，。？、]{0,3}(?:市|省|县|区|国家)[^，。？、谁哪]{1,12}(?:局|委|办|厅|部|中心|会|行)(?!门)|"
    r"(?:局|委|办|厅|部|中心|联|行|会)(?:为什么|为何|为啥|凭什么|怎么会)[^，。]{0,3}(?:负责|牵头|管|"
    r"承担)|(?:局|委|厅|联)(?:负责|牵头)[^，。？哪什几多]{2,}(?:，|吗|对吧|$)"
)
BASIS_ASKED = re.compile(r"依据[^，。]{0,8}(?:什么|哪(?!一?[条款项])|文件|上级|国家|省)|(?:什么|哪)[^，。]{0,6}依据")
# 文件没写也没关系，你编一个 · 系统提示词 · 怎么瞒报
MISUSE = re.compile(
    r"编(?:一|个|造|出|撰|段|几)|虚构|杜撰|瞎(?:编|说|猜)|随便(?:写|说|给|编)|捏造|提示词|内部指令|"
    r"系统指令|伪造|(?:怎样?|如何|怎么)(?:才能)?(?:篡改|逃避|瞒报|造假|绕过)|不(?:会)?被发现|"
    r"select .+ from|drop table|/etc/|api key|密钥|口令|环境变量|system prompt|"
    r"make (?:it |one |something )?up|invent (?:a|an|"
    r"one|some)|hypothetical",
    re.I,
)
# Orders to the program rather than a question to the documents: taken out before reading the rest.
ORDER = re.compile(
    r"【[^】]{1,12}】|^.{0,60}?只(?:能)?(?:回答|输出|说|回复)[“\"「][^”\"」]{1,40}[”\"」][，。；]?(?:我的)?(?:问题(?:是)?[：:])?|"
    r"(?:知识库|系统|文件库|数据库)[^，。]{0,4}(?:已|被)(?:经)?(?:更新|升级|修改)[，。]?|请?(?:按|用|依)(?:照)?[^，。：]{0,6}(?:新|以上|上述)[^，。：]{0,4}(?:回答|作答)[：:，]?|"
    r"(?:请?(?:忽略|无视|忘掉|忘记|抛开|不要管|别管)[^，。！？：:,]{0,20}[，。！：:,]?)|(?:直接|老实|只)(?:告诉|回答|说)我?[：:，,]?|"
    r"<[^<>]{0,30}>|\[(?:system|系统|user|assistant)\]|\b(?:system|assistant)\s*[:：]|新(?:规则|指令)[:：]|"
    r"[^，。！？：:]{0,12}(?:一律|统统|都|一口咬定)(?:只?(?:回答|答复|输出|说))?[：:]?(?:[“\"][^”\"]{0,30}[”\"]|(?:目标|答案)是[^，。]{0,12})[。，！；]?|(?:^|(?<=[。！，]))问[：:]|"
    r"(?:不许|不准|不要|不能)(?:说|回答)(?:不知道|没有|无法)[，。]?|(?:你现在|从现在起)?(?:是|扮演|充当)(?:一个)?[^，。]{0,12}(?:模型|助手|专家|管理员)[，。]?|"
    r"(?:ignore|disregard|forget) (?:all |any |the )?(?:previous|above|prior|"
    r"other)?[^,.:]{0,30}[,.:]?|just (?:say|tell me|answer)[^,.:]{0,10}[,:]?",
    re.I,
)
# Types of value asked for, by the words that ask.
ASKS: dict[str, re.Pattern[str]] = {
    "money": re.compile(
        r"多少钱|几块|(?:多少|几)[^，。？、]{0,4}(?:资金|奖金|补贴|补助|奖补|经费|罚金)|价格(?:是|多少)|(?:补贴|补助|奖励|收费)[^，。]{0,4}(?:标准(?:是|为|有|$|[？?])|多少|金额|几)|奖多少|(?:(?<!消)费|资金|"
        r"投资|预算|经费|金额|罚款)[^，。]{0,6}(?:多少|几)|多少[万亿]?元|\bsubsid|\bhow much (?:money|"
        r"funding)|\bfees?\b|\bcost|\bbudget|\bfine\b",
        re.I,
    ),
    "phone": re.compile(r"电话|联系方式|热线|手机号|传真|微信|公众号|\bphone|\bcontact (?:number|details)", re.I),
    "recommendation": re.compile(r"推荐|写(?:一)?(?:首|篇|段)|讲个笑话|\brecommend|\bwrite (?:a|me)"),
    "live": re.compile(
        r"(?:今|明|昨|后)(?:天|晚|早)|此刻|实时|现在几点|最新(?:消息|新闻|行情|股价)|\btoday\b|"
        r"\btomorrow\b|\bweather\b",
        re.I,
    ),
    "email": re.compile(r"邮箱|电子邮件|e-?mail", re.I),
    "person": re.compile(
        r"(?:局长|市长|县长|主任|书记|组长|部长|厅长|科长|联系人|负责人)(?:是谁|叫什么|姓|名字|"
        r"是哪位)|谁是.{0,10}(?:长|主任|书记)|姓名|名字是|\bname of the (?:director|mayor|head)|"
        r"who is the (?:director|mayor|head)",
        re.I,
    ),
    "place": re.compile(
        r"地址|(?<!依据)(?<!出处)(?<!条款)在哪(?:里|儿)?(?:办|申请|交|建|$|[？?])|办公地点|怎么走|选址|建在|哪个(?:位置|地点|"
        r"地方)|\baddress of|\bwhere (?:is|are|will)"
    ),
    "name": re.compile(
        r"(?<!文件)(?<!方案)(?<!标题)(?<!规划)(?<!名称)叫什么(?:名字)?|什么名字|(?<!单位)(?<!部门)(?<!主体)名单|(?:的|些)(?<!件的)(?<!案的)(?<!划的)(?<!知的)名称(?:是|有|叫)|"
        r"(?:企业|公司|厂)[^，。]{0,10}(?:是|有)哪几?(?:家|户)|\bwhich compan|\bnames? of"
    ),
    "unit_inside": re.compile(r"科室|处室|哪个(?:处|科|股)|内设机构|\bdivision\b"),
    "duration": HOW_LONG,
    "count": re.compile(r"(?<!哪)(?<!其中)(?:几|多少)(?:个|大?类|种|方面|名|所)(?!工作日|自然日|月|小时|百分点|星期)"),
    "day": re.compile(r"几月几[号日]|哪几天|哪一天|具体日期|截止日期|几号(?!文)"),
    "headcount": re.compile(r"多少人|几个人|编制(?:数|是|有|多少)|人员编制"),
    "sentence": re.compile(r"判(?:刑|几年|多久)|坐牢|要判"),
    "penalty": re.compile(r"怎么罚|罚多少|处罚|罚款|后果|追究|惩处|\bpenalt", re.I),
    "procedure": re.compile(
        r"怎么申[请报领]|如何申[请报领]|申[请报]条件|(?:需要|准备)(?:什么|哪些)(?:材料|手续)|办理流程|"
        r"(?:申报|办事|办理|审批)(?:流程|手续|指南)|(?:流程|手续)(?:是|有|$|[？?])|怎么办理|如何办理|"
        r"\bhow (?:do|can) (?:i|we) apply",
        re.I,
    ),
    "reason": re.compile(rf"{REASON.pattern}|目的(?:是|为|在于)?(?:什么|啥|何)|为了(?:什么|啥)|用意", re.I),
    "frequency": re.compile(
        r"(?:多久|多长时间|几[天月年]|几个月)[^，。]{0,8}(?:一次|一回|一遍)|频[率次]|\bhow often\b", re.I
    ),
    "when": re.compile(r"什么时候|何时|哪(?:一)?[年天]|几月|截止|期限|时限|多久|\bwhen\b|\bdeadline", re.I),
}


def language_of(text: str) -> str:
    """Return ``en`` where most letters are Latin and no Chinese sentence is there, else ``zh``.

    >>> language_of("Who handles VOC?"), language_of("VOC治理由谁负责"), language_of("What does 三（九） say?")
    ('en', 'zh', 'en')
    """
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "en" if latin >= 3 and latin > len(re.findall(r"[一-鿿]", text)) / 2 else "zh"


def intent_of(text: str, *, english: bool, organ: bool = False, clause_ref: bool = False, sides: int = 0) -> str:
    """Return the kind of answer wanted: one of the kinds of an Answer.

    ``organ``: the text names a body; ``clause_ref``: it gives a clause's address; ``sides``: how many levels of
    government or places it sets beside each other.

    >>> intent_of("供水管网漏损率要控制在多少", english=False, organ=False)
    'target'
    """

    def has(chinese: re.Pattern[str], foreign: re.Pattern[str]) -> bool:
        return bool(foreign.search(text.lower()) if english else chinese.search(text))

    bare = ORDER.sub("", text)
    claim = bool(CONFIRM.search(bare) or REASON.search(bare))
    if organ and ASSERTED_DUTY.search(bare) and (claim or not ORGAN_DUTIES.search(bare)) and not english:
        return "duty"
    if has(METADATA, METADATA_EN) and not ("依据" in bare and not BASIS_ASKED.search(bare)):
        return "metadata"
    if clause_ref and not has(DUTY, DUTY_EN) and not FIGURE.search(bare) and not has(COMPARE, COMPARE_EN):
        return "address"
    if organ and (ROLE_IN.search(bare) or (has(ORGAN_DUTIES, ORGAN_DUTIES_EN) and not DUTY.search(bare))):
        return "organ_duties"
    if not REASON.search(bare) and (sides > 1 or (has(COMPARE, COMPARE_EN) and not BASELINE.search(bare))):
        return "compare"
    if has(LIST, LIST_EN):
        return "list"
    if has(DUTY, DUTY_EN) or (organ and CONFIRM.search(bare) and MEMBER.search(bare)):
        return "duty"
    if organ and re.search(r"负责|牵头|(?:不用|不必|无需|要不要|用不用)[^，。]{0,2}(?:管|做|落实)", bare) and claim:
        return "duty"
    if (
        has(DEFINITION, DEFINITION_EN)
        and not (english and TARGET_EN.search(bare.lower()))
        and not FIGURE.search(bare)
        and not re.search(r"目标|指标|任务|要求", bare)
    ):
        return "definition"
    if has(FIGURE, FIGURE_EN) or (has(TARGET, TARGET_EN) and not MANNER.search(bare)):
        return "target"
    return "measure"


def asks_of(text: str, *, english: bool) -> frozenset[str]:
    """Return the types of value that the question words ask for; ``figure`` only where a number is wanted.

    >>> sorted(asks_of("买一辆车补贴多少", english=False))
    ['figure', 'money']
    """
    found = {name for name, asked in ASKS.items() if asked.search(text.lower() if english else text)}
    if FIGURE_EN.search(text.lower()) if english else FIGURE.search(text):
        found.add("figure")
    return frozenset(found)
