<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AnswerState</name>
        <message>
            <source>Asked</source>
            <translation>已问</translation>
        </message>
        <message>
            <source>Last time</source>
            <translation>上次</translation>
        </message>
        <message>
            <source>Would not say</source>
            <translation>不想答</translation>
        </message>
        <message>
            <source>Not asked</source>
            <translation>未问</translation>
        </message>
    </context>
    <context>
        <name>AttributionPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 岁</translation>
        </message>
        <message>
            <source>Whose reading is this?</source>
            <translation>这是谁的读数？</translation>
        </message>
        <message>
            <source>The reading is filed</source>
            <translation>读数已记入档案</translation>
        </message>
        <message>
            <source>The reading is set aside</source>
            <translation>读数已搁置</translation>
        </message>
        <message>
            <source>This reading does not wait any more</source>
            <translation>这个读数已经处理</translation>
        </message>
        <message>
            <source>Another worker has dealt with it.</source>
            <translation>另一位职员已经处理。</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>This is no reading of a person</source>
            <translation>这不是任何人的读数</translation>
        </message>
        <message>
            <source>There is no value to give to anybody</source>
            <translation>没有可以记入的数值</translation>
        </message>
        <message>
            <source>Taken</source>
            <translation>测量时间</translation>
        </message>
        <message>
            <source>%1, by its own clock</source>
            <translation>%1（按仪器的时钟）</translation>
        </message>
        <message>
            <source>It does not say</source>
            <translation>没有注明</translation>
        </message>
        <message>
            <source>Came</source>
            <translation>收到</translation>
        </message>
        <message>
            <source>From</source>
            <translation>仪器</translation>
        </message>
        <message>
            <source>Why it is nobody's</source>
            <translation>为什么没人认领</translation>
        </message>
        <message>
            <source>Choose a resident</source>
            <translation>选择居民</translation>
        </message>
        <message>
            <source>Nobody's: set aside</source>
            <translation>无人认领，搁置</translation>
        </message>
        <message>
            <source>Why is it set aside?</source>
            <translation>为什么搁置？</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>查找居民</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>姓名、卡号、村</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>找不到</translation>
        </message>
        <message>
            <source>Type less of the name, or try the card or the village.</source>
            <translation>请少打几个字，或用卡号、村名再找。</translation>
        </message>
        <message>
            <source>Is it a reading of %1?</source>
            <translation>这是%1的读数吗？</translation>
        </message>
        <message>
            <source>%1, taken %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%2 测量的%1，会成为%3（%4）的读数。这是由你确认的，你的名字会一并记录。</translation>
        </message>
        <message>
            <source>%1, which came %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%2 收到的%1，会成为%3（%4）的读数。这是由你确认的，你的名字会一并记录。</translation>
        </message>
        <message>
            <source>Yes, file it</source>
            <translation>是，记入档案</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Set this reading aside?</source>
            <translation>搁置这个读数？</translation>
        </message>
        <message>
            <source>Reason: %1. It leaves the list and is given to nobody. It stays on this kiosk, with your name.</source>
            <translation>原因：%1。它会离开列表，不会成为任何人的读数。它仍存在本机，并记录你的名字。</translation>
        </message>
        <message>
            <source>Set aside</source>
            <translation>搁置</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>确定</translation>
        </message>
    </context>
    <context>
        <name>CallPage</name>
        <message>
            <source>Staff needed here</source>
            <translation>这里需要职员</translation>
        </message>
        <message>
            <source>%1 seconds</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 分钟</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>还没有职员回应</translation>
        </message>
        <message>
            <source>Please sit and wait here</source>
            <translation>请坐下等候</translation>
        </message>
        <message>
            <source>Ask somebody near you for help.</source>
            <translation>请找身边的人帮忙。</translation>
        </message>
        <message>
            <source>Telephone the centre, or ask somebody near you for help.</source>
            <translation>请致电中心，或找身边的人帮忙。</translation>
        </message>
        <message>
            <source>Ask somebody near you to fetch staff. This page stays until they answer.</source>
            <translation>请身边的人帮忙找职员。
职员回应之前，这一页会一直显示。</translation>
        </message>
        <message>
            <source>The call could not be saved. It is on this screen only.</source>
            <translation>这次呼叫未能保存，只在屏幕上显示。</translation>
        </message>
        <message>
            <source>I am staff</source>
            <translation>我是职员</translation>
        </message>
        <message>
            <source>Close this page</source>
            <translation>关闭此页</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>我不舒服</translation>
        </message>
        <message>
            <source>That PIN is not right</source>
            <translation>密码不正确</translation>
        </message>
        <message>
            <source>Wait %1 seconds</source>
            <translation>请等 %1 秒</translation>
        </message>
        <message>
            <source>Sign in with the passphrase</source>
            <translation>请用口令登录</translation>
        </message>
        <message>
            <source>The kiosk cannot save now</source>
            <translation>本站暂时不能保存</translation>
        </message>
        <message>
            <source>Enter your PIN</source>
            <translation>请输入 6 位密码</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>另一位</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登录</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
    </context>
    <context>
        <name>CardPage</name>
        <message>
            <source>Show your card to the window</source>
            <translation>请把健康卡
放到扫描窗前</translation>
        </message>
        <message>
            <source>This card was not recognised</source>
            <translation>未能识别此卡</translation>
        </message>
        <message>
            <source>Please try once more, or ask staff to help.</source>
            <translation>请再试一次，或找职员帮忙。</translation>
        </message>
        <message>
            <source>Hold the square pattern in front of the red light.</source>
            <translation>把卡上的方格图案对着红光。</translation>
        </message>
        <message>
            <source>No card today</source>
            <translation>没有带卡</translation>
        </message>
    </context>
    <context>
        <name>CivilDates</name>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>d MMM</source>
            <translation>M 月 d 日</translation>
        </message>
        <message>
            <source>d MMM yyyy</source>
            <translation>yyyy 年 M 月 d 日</translation>
        </message>
        <message>
            <source>MMM yyyy</source>
            <translation>yyyy 年 M 月</translation>
        </message>
        <message>
            <source>yyyy</source>
            <translation>yyyy 年</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <translation>%1 %2</translation>
        </message>
        <message>
            <source>Sunday</source>
            <translation>星期日</translation>
        </message>
        <message>
            <source>Monday</source>
            <translation>星期一</translation>
        </message>
        <message>
            <source>Tuesday</source>
            <translation>星期二</translation>
        </message>
        <message>
            <source>Wednesday</source>
            <translation>星期三</translation>
        </message>
        <message>
            <source>Thursday</source>
            <translation>星期四</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>星期五</translation>
        </message>
        <message>
            <source>Saturday</source>
            <translation>星期六</translation>
        </message>
        <message>
            <source>Jan</source>
            <translation>1 月</translation>
        </message>
        <message>
            <source>Feb</source>
            <translation>2 月</translation>
        </message>
        <message>
            <source>Mar</source>
            <translation>3 月</translation>
        </message>
        <message>
            <source>Apr</source>
            <translation>4 月</translation>
        </message>
        <message>
            <source>May</source>
            <translation>5 月</translation>
        </message>
        <message>
            <source>Jun</source>
            <translation>6 月</translation>
        </message>
        <message>
            <source>Jul</source>
            <translation>7 月</translation>
        </message>
        <message>
            <source>Aug</source>
            <translation>8 月</translation>
        </message>
        <message>
            <source>Sep</source>
            <translation>9 月</translation>
        </message>
        <message>
            <source>Oct</source>
            <translation>10 月</translation>
        </message>
        <message>
            <source>Nov</source>
            <translation>11 月</translation>
        </message>
        <message>
            <source>Dec</source>
            <translation>12 月</translation>
        </message>
    </context>
    <context>
        <name>ConfirmDialog</name>
        <message>
            <source>OK</source>
            <translation>确定</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>ConflictPage</name>
        <message>
            <source>The resident</source>
            <translation>居民本人</translation>
        </message>
        <message>
            <source>Not known here by whom</source>
            <translation>本机不知由谁输入</translation>
        </message>
        <message>
            <source>Versions differ: choose one</source>
            <translation>版本不同，请选择</translation>
        </message>
        <message>
            <source>Settled. It is sent to the district.</source>
            <translation>已选定，会送往地区。</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>This has been settled</source>
            <translation>这项已经选定</translation>
        </message>
        <message>
            <source>Another worker has chosen, or the records have come together by themselves.</source>
            <translation>其他职员已作选择，或记录已自行一致。</translation>
        </message>
        <message>
            <source>Shown now</source>
            <translation>现在显示</translation>
        </message>
        <message>
            <source>Ask the person when you are not sure. What is not chosen stays on record.</source>
            <translation>如有疑问，请先问清楚当事人。没有选上的仍会留在记录里。</translation>
        </message>
        <message>
            <source>This version of the kiosk does not know the field: it is settled at the district office.</source>
            <translation>本机的版本不认识这一项：请由地区办事处选定。</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能保存，请再按。</translation>
        </message>
        <message>
            <source>Is this the right one?</source>
            <translation>这个正确吗？</translation>
        </message>
        <message>
            <source>Yes, it stands</source>
            <translation>是，用这个</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Nothing was settled</source>
            <translation>尚未选定</translation>
        </message>
        <message>
            <source>Somebody has changed this meanwhile. Look at the values again.</source>
            <translation>刚才有人更改过这项记录，请再看一次。</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>确定</translation>
        </message>
    </context>
    <context>
        <name>CuffPage</name>
        <message>
            <source>Not the right arm</source>
            <translation>不要用右手</translation>
        </message>
        <message>
            <source>Not the left arm</source>
            <translation>不要用左手</translation>
        </message>
        <message>
            <source>Neither arm may be used</source>
            <translation>两只手都不能用</translation>
        </message>
        <message>
            <source>An arm not to use? Ask staff</source>
            <translation>有一边不能用？问职员</translation>
        </message>
        <message>
            <source>Put on the cuff</source>
            <translation>围好袖带</translation>
        </message>
        <message>
            <source>Please ask staff</source>
            <translation>请职员帮忙</translation>
        </message>
        <message>
            <source>Round your left upper arm</source>
            <translation>围在左手上臂</translation>
        </message>
        <message>
            <source>Round your right upper arm</source>
            <translation>围在右手上臂</translation>
        </message>
        <message>
            <source>Level with your heart</source>
            <translation>与心脏同一高度</translation>
        </message>
        <message>
            <source>Elbow on the table, relaxed</source>
            <translation>手肘放在桌上，放松</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫职员</translation>
        </message>
        <message>
            <source>The cuff is on</source>
            <translation>围好了</translation>
        </message>
    </context>
    <context>
        <name>DayChart</name>
        <message>
            <source>%1:00</source>
            <translation>%1 时</translation>
        </message>
    </context>
    <context>
        <name>FieldWords</name>
        <message>
            <source>Name</source>
            <translation>姓名</translation>
        </message>
        <message>
            <source>Form of address</source>
            <translation>称呼</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>图案</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Date of birth</source>
            <translation>出生日期</translation>
        </message>
        <message>
            <source>Sex</source>
            <translation>性别</translation>
        </message>
        <message>
            <source>Village</source>
            <translation>乡村</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Telephone</source>
            <translation>电话</translation>
        </message>
        <message>
            <source>Card</source>
            <translation>卡</translation>
        </message>
        <message>
            <source>What not to do</source>
            <translation>注意事项</translation>
        </message>
        <message>
            <source>Status</source>
            <translation>状况</translation>
        </message>
        <message>
            <source>Role</source>
            <translation>职责</translation>
        </message>
        <message>
            <source>Counts for the mean</source>
            <translation>计入平均数</translation>
        </message>
        <message>
            <source>Check-in</source>
            <translation>量度</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>Rules</source>
            <translation>规则</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>种类</translation>
        </message>
        <message>
            <source>Maker</source>
            <translation>制造商</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型号</translation>
        </message>
        <message>
            <source>Serial number</source>
            <translation>序列号</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>袖带</translation>
        </message>
        <message>
            <source>Protocol</source>
            <translation>通信协议</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>端口</translation>
        </message>
        <message>
            <source>Lanes</source>
            <translation>车道</translation>
        </message>
        <message>
            <source>Direction</source>
            <translation>方向</translation>
        </message>
        <message>
            <source>the junk</source>
            <translation>帆船</translation>
        </message>
        <message>
            <source>the fish</source>
            <translation>金鱼</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>橙子</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>茶壶</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>雨伞</translation>
        </message>
        <message>
            <source>the hill</source>
            <translation>山</translation>
        </message>
        <message>
            <source>Lives here</source>
            <translation>在本村居住</translation>
        </message>
        <message>
            <source>Has moved away</source>
            <translation>已迁出</translation>
        </message>
        <message>
            <source>Has died</source>
            <translation>已过世</translation>
        </message>
        <message>
            <source>Has left</source>
            <translation>已离职</translation>
        </message>
        <message>
            <source>In use</source>
            <translation>使用中</translation>
        </message>
        <message>
            <source>Not in use</source>
            <translation>已停用</translation>
        </message>
        <message>
            <source>Female</source>
            <translation>女</translation>
        </message>
        <message>
            <source>Male</source>
            <translation>男</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>另一位</translation>
        </message>
        <message>
            <source>Volunteer</source>
            <translation>义工</translation>
        </message>
        <message>
            <source>Social worker</source>
            <translation>社工</translation>
        </message>
        <message>
            <source>Supervisor</source>
            <translation>主任</translation>
        </message>
        <message>
            <source>Technician</source>
            <translation>技术员</translation>
        </message>
        <message>
            <source>Traditional Chinese</source>
            <translation>繁体中文</translation>
        </message>
        <message>
            <source>Simplified Chinese</source>
            <translation>简体中文</translation>
        </message>
        <message>
            <source>English</source>
            <translation>英文</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>已完成</translation>
        </message>
        <message>
            <source>Left unfinished</source>
            <translation>未完成</translation>
        </message>
        <message>
            <source>Within range</source>
            <translation>在正常范围</translation>
        </message>
        <message>
            <source>Watch</source>
            <translation>要留意</translation>
        </message>
        <message>
            <source>Staff please</source>
            <translation>请职员帮忙</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>进村</translation>
        </message>
        <message>
            <source>Out of the village</source>
            <translation>出村</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>Do not use the right arm</source>
            <translation>不要用右手</translation>
        </message>
        <message>
            <source>Do not use the left arm</source>
            <translation>不要用左手</translation>
        </message>
        <message>
            <source>Do not use either arm</source>
            <translation>两只手都不要用</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>Bluetooth address</source>
            <translation>蓝牙地址</translation>
        </message>
        <message>
            <source>Works here</source>
            <translation>在职</translation>
        </message>
    </context>
    <context>
        <name>GoodbyePage</name>
        <message>
            <source>Thank you. See you next time!</source>
            <translation>谢谢，下次见！</translation>
        </message>
        <message>
            <source>Do not change your medicine by yourself.</source>
            <translation>请勿自行停药或加药。</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>完成</translation>
        </message>
    </context>
    <context>
        <name>HomePage</name>
        <message>
            <source>Village health station</source>
            <translation>乡村健康站</translation>
        </message>
        <message>
            <source>Good morning</source>
            <translation>早上好</translation>
        </message>
        <message>
            <source>Good afternoon</source>
            <translation>下午好</translation>
        </message>
        <message>
            <source>Good evening</source>
            <translation>晚上好</translation>
        </message>
        <message>
            <source>Shall we check
your blood pressure?</source>
            <translation>今天想量血压吗？</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>or show your card
to the window</source>
            <translation>或把健康卡
放到扫描窗前</translation>
        </message>
        <message>
            <source>Staff are at work here</source>
            <translation>职员在场</translation>
        </message>
        <message>
            <source>No staff signed in</source>
            <translation>没有职员登录</translation>
        </message>
        <message>
            <source>Staff</source>
            <translation>职员</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫职员</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>我不舒服</translation>
        </message>
    </context>
    <context>
        <name>InstrumentWords</name>
        <message>
            <source>Blood pressure monitor</source>
            <translation>血压计</translation>
        </message>
        <message>
            <source>Thermometer</source>
            <translation>体温计</translation>
        </message>
        <message>
            <source>Oximeter</source>
            <translation>血氧仪</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>体重秤</translation>
        </message>
        <message>
            <source>Glucose meter</source>
            <translation>血糖仪</translation>
        </message>
        <message>
            <source>Another kind of instrument</source>
            <translation>其他仪器</translation>
        </message>
        <message>
            <source>Blood pressure</source>
            <translation>血压</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>体温</translation>
        </message>
        <message>
            <source>Blood oxygen</source>
            <translation>血氧</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>体重</translation>
        </message>
        <message>
            <source>Glucose</source>
            <translation>血糖</translation>
        </message>
        <message>
            <source>%1 / %2</source>
            <translation>%1 / %2</translation>
        </message>
        <message>
            <source>%1 °C</source>
            <translation>%1 ℃</translation>
        </message>
        <message>
            <source>%1 kg</source>
            <translation>%1 公斤</translation>
        </message>
        <message>
            <source>%1 mmol/L</source>
            <translation>%1 mmol/L</translation>
        </message>
        <message>
            <source>Pulse %1</source>
            <translation>心跳 %1</translation>
        </message>
        <message>
            <source>Fat %1%</source>
            <translation>脂肪 %1%</translation>
        </message>
        <message>
            <source>%1: could not be read</source>
            <translation>%1：读不到内容</translation>
        </message>
        <message>
            <source>Notes of a glucose meter</source>
            <translation>血糖仪的附注</translation>
        </message>
        <message>
            <source>Control solution</source>
            <translation>质控液测试</translation>
        </message>
        <message>
            <source>%1: no usable value</source>
            <translation>%1：没有可用的数值</translation>
        </message>
        <message>
            <source>Taken before the person began</source>
            <translation>在开始测量之前已有</translation>
        </message>
        <message>
            <source>Came before; its clock is not set</source>
            <translation>以前收过，仪器的时钟未校准</translation>
        </message>
        <message>
            <source>Came together with another reading</source>
            <translation>与另一个读数一起收到</translation>
        </message>
        <message>
            <source>Could not be used in the check-in</source>
            <translation>测量时未能使用</translation>
        </message>
        <message>
            <source>Left after an interruption</source>
            <translation>中途停止后留下</translation>
        </message>
        <message>
            <source>Sent while nobody measured</source>
            <translation>没人测量时收到</translation>
        </message>
        <message>
            <source>Kept by an earlier version</source>
            <translation>由旧版本保存</translation>
        </message>
        <message>
            <source>A test, or control solution</source>
            <translation>测试，或质控液</translation>
        </message>
        <message>
            <source>Of somebody who is not on record</source>
            <translation>不在名单上的人</translation>
        </message>
        <message>
            <source>Nobody can say whose it is</source>
            <translation>没人知道是谁的</translation>
        </message>
        <message>
            <source>Not a usable measurement</source>
            <translation>测量结果不可用</translation>
        </message>
        <message>
            <source>Nothing was filed. If the records are wrong, have them corrected first.</source>
            <translation>读数没有记入档案。如果资料有误，请先更正资料。</translation>
        </message>
        <message>
            <source>Nothing was changed</source>
            <translation>没有更改</translation>
        </message>
        <message>
            <source>It could not be saved. Free some disk space or call the technician, then try again.</source>
            <translation>未能保存。请腾出磁盘空间或联系技术员，然后再试。</translation>
        </message>
        <message>
            <source>This reading is on record already</source>
            <translation>这个读数已经有记录</translation>
        </message>
        <message>
            <source>%1 has this reading on record already</source>
            <translation>这个读数已经记录在%1名下</translation>
        </message>
        <message>
            <source>It was not filed a second time. If it still waits here, set it aside.</source>
            <translation>没有重复记入。如果它仍在这里等候，请将它搁置。</translation>
        </message>
        <message>
            <source>This reading has changed meanwhile</source>
            <translation>这个读数刚刚有变</translation>
        </message>
        <message>
            <source>Nothing was filed. More of the measurement has come, or a part of it has left. Look at it again, then choose.</source>
            <translation>读数没有记入档案。这次测量刚收到更多资料，或有部分已被处理。请再看一次，然后选择。</translation>
        </message>
        <message>
            <source>The records say that %1 has moved away</source>
            <translation>记录显示%1已经迁出</translation>
        </message>
        <message>
            <source>The records say that %1 has died</source>
            <translation>记录显示%1已经过世</translation>
        </message>
        <message>
            <source>This resident is not on record any more</source>
            <translation>这位居民已不在记录内</translation>
        </message>
        <message>
            <source>Nothing was filed. Look for the resident again.</source>
            <translation>读数没有记入档案。请再搜索这位居民。</translation>
        </message>
        <message>
            <source>Bluetooth is off</source>
            <translation>蓝牙已关</translation>
        </message>
        <message>
            <source>Turn it on. The instruments are heard again by themselves.</source>
            <translation>请开启蓝牙，之后会自动恢复。</translation>
        </message>
        <message>
            <source>The Bluetooth adapter is not plugged in</source>
            <translation>蓝牙适配器未插好</translation>
        </message>
        <message>
            <source>Plug it in. The instruments are heard again by themselves.</source>
            <translation>请插好，之后会自动恢复。</translation>
        </message>
        <message>
            <source>Bluetooth is stuck and is being started again</source>
            <translation>蓝牙没有反应，正在重新启动</translation>
        </message>
        <message>
            <source>Wait a minute. If it stays so, call the technician.</source>
            <translation>请等一分钟；仍然不行，请联系技术员。</translation>
        </message>
        <message>
            <source>The Bluetooth service does not run</source>
            <translation>蓝牙服务没有运行</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>请重新启动本机；仍然不行，请联系技术员。</translation>
        </message>
        <message>
            <source>This Bluetooth adapter is too old</source>
            <translation>这个蓝牙适配器太旧</translation>
        </message>
        <message>
            <source>It cannot reach the instruments. Use another one.</source>
            <translation>它连不到仪器，请换一个。</translation>
        </message>
        <message>
            <source>The kiosk may not use Bluetooth</source>
            <translation>本站没有权限使用蓝牙</translation>
        </message>
        <message>
            <source>Allow it in the settings of this computer, or call the technician.</source>
            <translation>请在这台电脑的设置中允许，或联系技术员。</translation>
        </message>
        <message>
            <source>Bluetooth does not work</source>
            <translation>蓝牙不能使用</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>本站会自动再试；仍然不行，请联系技术员。</translation>
        </message>
        <message>
            <source>The instrument does not let the kiosk in</source>
            <translation>仪器拒绝连接</translation>
        </message>
        <message>
            <source>Put it into its pairing mode (its leaflet says how), then try again.</source>
            <translation>请把它调到配对模式（见说明书），再试一次。</translation>
        </message>
        <message>
            <source>The number was not right</source>
            <translation>号码不正确</translation>
        </message>
        <message>
            <source>Try again, and type the six digits that the instrument shows.</source>
            <translation>请再试，输入仪器显示的六个数字。</translation>
        </message>
        <message>
            <source>Not paired, as you said</source>
            <translation>按你的意思，没有配对</translation>
        </message>
        <message>
            <source>Nothing was changed. Try again when you are ready.</source>
            <translation>没有更改任何内容。准备好后可以再试。</translation>
        </message>
        <message>
            <source>No answer came in time</source>
            <translation>等候超时</translation>
        </message>
        <message>
            <source>The instrument waits half a minute. Keep it near and switched on, and try again.</source>
            <translation>仪器只等半分钟。请把它放近并保持开启，再试一次。</translation>
        </message>
        <message>
            <source>This computer pairs by itself</source>
            <translation>这台电脑自行处理配对</translation>
        </message>
        <message>
            <source>Pair the instrument in the Bluetooth settings of this computer.</source>
            <translation>请在这台电脑的蓝牙设置中配对。</translation>
        </message>
        <message>
            <source>The instrument is not heard any more</source>
            <translation>收不到仪器的信号</translation>
        </message>
        <message>
            <source>Switch it on again, keep it near the kiosk, and try again.</source>
            <translation>请再开启仪器，放近本站，然后再试。</translation>
        </message>
        <message>
            <source>The connection broke</source>
            <translation>连接中断了</translation>
        </message>
        <message>
            <source>Keep the instrument near the kiosk and try again.</source>
            <translation>请把仪器放近本站，再试一次。</translation>
        </message>
        <message>
            <source>The instrument does not answer</source>
            <translation>仪器没有回应</translation>
        </message>
        <message>
            <source>Switch it off and on, then try again.</source>
            <translation>请关掉再开，然后再试。</translation>
        </message>
        <message>
            <source>The kiosk cannot use this instrument</source>
            <translation>本站不能使用这台仪器</translation>
        </message>
        <message>
            <source>It gives no readings that the kiosk understands. Use another one.</source>
            <translation>本站读不懂它的读数，请用另一台。</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>程序出错</translation>
        </message>
        <message>
            <source>Try again. If it happens again, call the technician.</source>
            <translation>请再试；若再发生，请联系技术员。</translation>
        </message>
    </context>
    <context>
        <name>InstrumentsPage</name>
        <message>
            <source>Last seen %1</source>
            <translation>上次出现：%1</translation>
        </message>
        <message>
            <source>Not seen yet</source>
            <translation>还没出现过</translation>
        </message>
        <message>
            <source>No longer paired: pair it again</source>
            <translation>配对已失效，请重新配对</translation>
        </message>
        <message>
            <source>In range now</source>
            <translation>现在就在附近</translation>
        </message>
        <message>
            <source>Battery %1%</source>
            <translation>电量 %1%</translation>
        </message>
        <message>
            <source>Forget %1?</source>
            <translation>取消与“%1”的配对？</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>地址末段 %1</translation>
        </message>
        <message>
            <source>It then sends nothing more to this kiosk, until it is paired again.</source>
            <translation>之后它不会再把读数传到本机，除非重新配对。</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>仪器</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的职位不包括此页</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，请问主任。</translation>
        </message>
        <message>
            <source>Whose readings are these?</source>
            <translation>这些是谁的读数？</translation>
        </message>
        <message>
            <source>Paired with this kiosk</source>
            <translation>已与本机配对</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>Nobody's readings: %1</source>
            <translation>待认领读数：%1</translation>
        </message>
        <message>
            <source>Nobody's readings</source>
            <translation>待认领读数</translation>
        </message>
        <message>
            <source>Every reading is somebody's</source>
            <translation>所有读数都有主人</translation>
        </message>
        <message>
            <source>Readings that come while nobody measures, or that were left behind, wait here until a worker says whose they are.</source>
            <translation>没人测量时收到的读数，或中途留下的读数，会在这里等职员确认是谁的。</translation>
        </message>
        <message>
            <source>No instrument is paired yet</source>
            <translation>还没有已配对的仪器</translation>
        </message>
        <message>
            <source>Looking</source>
            <translation>查看中</translation>
        </message>
        <message>
            <source>Not known while Bluetooth does not work</source>
            <translation>蓝牙不能使用，暂时不知道</translation>
        </message>
        <message>
            <source>Many instruments work without. Pair those that ask for it.</source>
            <translation>很多仪器不用配对。要求配对的才需要。</translation>
        </message>
        <message>
            <source>Pair an instrument</source>
            <translation>配对新仪器</translation>
        </message>
        <message>
            <source>Bluetooth is working</source>
            <translation>蓝牙正常</translation>
        </message>
        <message>
            <source>It was not forgotten</source>
            <translation>未能取消配对</translation>
        </message>
        <message>
            <source>That could not be written down</source>
            <translation>未能记录</translation>
        </message>
        <message>
            <source>Try again when Bluetooth works.</source>
            <translation>蓝牙恢复后请再试。</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>请腾出磁盘空间或联系技术员。</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>取消配对</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>确定</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>The instrument is forgotten</source>
            <translation>已取消配对</translation>
        </message>
    </context>
    <context>
        <name>LanguagePicker</name>
        <message>
            <source>Choose language</source>
            <translation>选择语言</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>部分资料无法读取</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>请停用本机并找技术员</translation>
        </message>
        <message>
            <source>Demo data, not real cases</source>
            <translation>示范资料，并非真实个案</translation>
        </message>
        <message>
            <source>The data on this kiosk is not protected against theft</source>
            <translation>本机资料没有防盗保护</translation>
        </message>
        <message>
            <source>Village health station</source>
            <translation>乡村健康站</translation>
        </message>
        <message>
            <source>Are you still there?</source>
            <translation>你还在吗？</translation>
        </message>
        <message>
            <source>This page will close in %1 seconds.</source>
            <translation>%1 秒后会自动退出</translation>
        </message>
        <message>
            <source>I need more time</source>
            <translation>我需要多些时间</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>完成</translation>
        </message>
    </context>
    <context>
        <name>MeasuringPage</name>
        <message>
            <source>Waiting for the monitor</source>
            <translation>正在等血压计</translation>
        </message>
        <message>
            <source>The monitor cannot be reached</source>
            <translation>未能连接血压计</translation>
        </message>
        <message>
            <source>The monitor went away</source>
            <translation>与血压计的连接中断了</translation>
        </message>
        <message>
            <source>The monitor did not let us in</source>
            <translation>血压计拒绝连接</translation>
        </message>
        <message>
            <source>That reading could not be read</source>
            <translation>收不到读数</translation>
        </message>
        <message>
            <source>That was an older reading</source>
            <translation>这不是刚才量的读数</translation>
        </message>
        <message>
            <source>This reading is NOT saved</source>
            <translation>这个读数未能保存</translation>
        </message>
        <message>
            <source>Measuring: please keep still and quiet</source>
            <translation>测量中，请不要说话或移动</translation>
        </message>
        <message>
            <source>The monitor is ready</source>
            <translation>血压计已连接</translation>
        </message>
        <message>
            <source>Saving the reading</source>
            <translation>正在保存读数</translation>
        </message>
        <message>
            <source>Press the start button on the monitor</source>
            <translation>请按血压计的开始键</translation>
        </message>
        <message>
            <source>Press its start button again. If nothing happens, call staff.</source>
            <translation>请再按血压计的开始键。
没有反应，请叫职员。</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth is off or unplugged.</source>
            <translation>请叫职员：蓝牙已关或未插好。</translation>
        </message>
        <message>
            <source>Bluetooth is being started again. If this page stays, call staff.</source>
            <translation>蓝牙正在重新启动。
如果一直这样，请叫职员。</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth does not work here.</source>
            <translation>请叫职员：这里的蓝牙不能使用。</translation>
        </message>
        <message>
            <source>Stay near the table and press its start button again.</source>
            <translation>请留在桌边，再按开始键。</translation>
        </message>
        <message>
            <source>Please call staff: this monitor does not work with this kiosk.</source>
            <translation>请叫职员：这台血压计不能在这里使用。</translation>
        </message>
        <message>
            <source>Please call staff: pair this monitor once, on the page Instruments.</source>
            <translation>请叫职员：先在“仪器”页
为这台血压计配对一次。</translation>
        </message>
        <message>
            <source>Sit still and press the start button again.</source>
            <translation>请坐稳，再按血压计的开始键。</translation>
        </message>
        <message>
            <source>It was taken at another time and is not counted. Press the start button again.</source>
            <translation>这个读数是之前的，不会计算。
请再按开始键。</translation>
        </message>
        <message>
            <source>Please stay here and call staff. We keep trying to save it.</source>
            <translation>请留在这里并叫职员。
本站会继续尝试保存。</translation>
        </message>
        <message>
            <source>Cuff letting go</source>
            <translation>袖带正在松开</translation>
        </message>
        <message>
            <source>Cuff filling</source>
            <translation>袖带正在充气</translation>
        </message>
        <message>
            <source>One moment.</source>
            <translation>请等一等。</translation>
        </message>
        <message>
            <source>The cuff will fill by itself. Sit still, no talking.</source>
            <translation>袖带会自己充气。
请坐稳，不要说话。</translation>
        </message>
        <message>
            <source>The round button. The cuff then fills by itself.</source>
            <translation>按圆形的键，
袖带会自己充气。</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>高压</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>低压</translation>
        </message>
        <message>
            <source>Pulse</source>
            <translation>心跳</translation>
        </message>
        <message>
            <source>Trying again by itself.</source>
            <translation>本站会自动再试。</translation>
        </message>
        <message>
            <source>Third reading</source>
            <translation>第 3 次</translation>
        </message>
        <message>
            <source>Second of two</source>
            <translation>第 2 次，共 2 次</translation>
        </message>
        <message>
            <source>First of two</source>
            <translation>第 1 次，共 2 次</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Leave</source>
            <translation>离开</translation>
        </message>
        <message>
            <source>Leave without saving?</source>
            <translation>不保存就离开？</translation>
        </message>
        <message>
            <source>These numbers will be gone.</source>
            <translation>这些数字会消失。</translation>
        </message>
        <message>
            <source>Stay here</source>
            <translation>留在这里</translation>
        </message>
    </context>
    <context>
        <name>NoticePage</name>
        <message>
            <source>May we keep your readings?</source>
            <translation>可以记录你的读数吗？</translation>
        </message>
        <message>
            <source>Only staff and nurses of this centre and its district office use them, to follow up with you.
You may stop at any time.</source>
            <translation>你的健康资料只供中心和地区办事处的
职员和护士跟进之用。你可以随时停止。</translation>
        </message>
        <message>
            <source>This could not be saved. Try again, or call staff.</source>
            <translation>未能保存。请再试，或叫职员。</translation>
        </message>
        <message>
            <source>Measure without saving</source>
            <translation>这次不记录</translation>
        </message>
        <message>
            <source>I agree</source>
            <translation>我同意</translation>
        </message>
    </context>
    <context>
        <name>NumberPad</name>
        <message>
            <source>Number pad</source>
            <translation>数字键盘</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>清除</translation>
        </message>
        <message>
            <source>Erase one digit</source>
            <translation>删除一位</translation>
        </message>
    </context>
    <context>
        <name>PairingPage</name>
        <message>
            <source>Which instrument?</source>
            <translation>哪一台仪器？</translation>
        </message>
        <message>
            <source>Is this the instrument?</source>
            <translation>是这台仪器吗？</translation>
        </message>
        <message>
            <source>Which number does it show?</source>
            <translation>仪器显示哪个号码？</translation>
        </message>
        <message>
            <source>Type this number on the instrument</source>
            <translation>请在仪器上输入这个号码</translation>
        </message>
        <message>
            <source>Does it show the same number?</source>
            <translation>仪器显示同一个号码吗？</translation>
        </message>
        <message>
            <source>%1 is paired</source>
            <translation>“%1”已配对</translation>
        </message>
        <message>
            <source>One moment</source>
            <translation>请等一等</translation>
        </message>
        <message>
            <source>Switch it on, near the kiosk, and put it into pairing mode: its leaflet says how.</source>
            <translation>请在本站旁边开启仪器，调到配对模式（见说明书）。</translation>
        </message>
        <message>
            <source>What still waits inside it becomes nobody's: a worker then says whose it is, under Nobody's readings.</source>
            <translation>仪器内未传送的读数不会自动算作任何人的，会放在“待认领读数”，由职员确认是谁的。</translation>
        </message>
        <message>
            <source>%1 asks to be paired.</source>
            <translation>“%1”要求配对。</translation>
        </message>
        <message>
            <source>%1 shows six digits. Answer within half a minute.</source>
            <translation>“%1”会显示六个数字，请在半分钟内输入。</translation>
        </message>
        <message>
            <source>%1 waits for it for half a minute.</source>
            <translation>“%1”会等半分钟。</translation>
        </message>
        <message>
            <source>Look at the display of %1.</source>
            <translation>请看“%1”的显示。</translation>
        </message>
        <message>
            <source>Residents measure with it as always. What it sends by itself waits on the page Instruments until a worker says whose it is.</source>
            <translation>居民照常用它测量。它自行传来的读数，会在“仪器”页等职员确认是谁的。</translation>
        </message>
        <message>
            <source>What it sends waits on the page Instruments until a worker says whose it is.</source>
            <translation>它传来的读数，会在“仪器”页等职员确认是谁的。</translation>
        </message>
        <message>
            <source>The kiosk speaks with %1. Look at its display.</source>
            <translation>正在与“%1”联系，请看仪器的显示。</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>地址末段 %1</translation>
        </message>
        <message>
            <source>It gives no name</source>
            <translation>没有名称</translation>
        </message>
        <message>
            <source>Paired already</source>
            <translation>已配对</translation>
        </message>
        <message>
            <source>In range</source>
            <translation>在附近</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的职位不包括此页</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，请问主任。</translation>
        </message>
        <message>
            <source>Nothing can be heard</source>
            <translation>收不到任何信号</translation>
        </message>
        <message>
            <source>Listening for instruments</source>
            <translation>正在搜索仪器</translation>
        </message>
        <message>
            <source>They appear here by themselves as soon as they are heard.</source>
            <translation>收到信号后，仪器会自动在这里出现。</translation>
        </message>
        <message>
            <source>This kiosk</source>
            <translation>本机</translation>
        </message>
        <message>
            <source>%1 of %2 digits</source>
            <translation>已输入 %1 位，共 %2 位</translation>
        </message>
        <message>
            <source>That it is paired could not be written down</source>
            <translation>已配对，但未能记录</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician, then save again.</source>
            <translation>请腾出磁盘空间或联系技术员，再按保存。</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>再保存</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Choose another</source>
            <translation>选另一台</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Pair another</source>
            <translation>再配对一台</translation>
        </message>
        <message>
            <source>Yes, pair it</source>
            <translation>是，配对</translation>
        </message>
        <message>
            <source>Yes, the same</source>
            <translation>是，相同</translation>
        </message>
        <message>
            <source>Pair</source>
            <translation>配对</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再试</translation>
        </message>
    </context>
    <context>
        <name>PausePage</name>
        <message>
            <source>The last reading did not come out right.</source>
            <translation>刚才的读数不太对，要再量。</translation>
        </message>
        <message>
            <source>You may have moved. Keep still next time.</source>
            <translation>刚才可能动了，下次请不要动。</translation>
        </message>
        <message>
            <source>The first two were far apart, so we take a third.</source>
            <translation>两次相差较大，请量第三次。</translation>
        </message>
        <message>
            <source>Two readings are better than one.</source>
            <translation>量两次会更准确。</translation>
        </message>
        <message>
            <source>Do you have any of these now?</source>
            <translation>你现在有没有以下情况？</translation>
        </message>
        <message>
            <source>Rest one minute, then once more</source>
            <translation>休息 1 分钟，再量一次</translation>
        </message>
        <message>
            <source>%1 seconds left</source>
            <translation>还有 %1 秒</translation>
        </message>
        <message>
            <source>Leave the cuff on.
No talking.</source>
            <translation>袖带不用取下，
不要说话。</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Chest pain</source>
            <translation>胸口痛</translation>
        </message>
        <message>
            <source>Short of breath</source>
            <translation>气促、呼吸困难</translation>
        </message>
        <message>
            <source>Arm or leg weak or numb</source>
            <translation>手脚突然无力或麻木</translation>
        </message>
        <message>
            <source>Slurred speech, crooked mouth</source>
            <translation>说话不清、口角歪</translation>
        </message>
        <message>
            <source>Sudden severe headache</source>
            <translation>突然剧烈头痛</translation>
        </message>
        <message>
            <source>Sudden blurred sight</source>
            <translation>视力突然模糊</translation>
        </message>
        <message>
            <source>Sudden back pain</source>
            <translation>突然背痛</translation>
        </message>
        <message>
            <source>Confused, or about to faint</source>
            <translation>神志不清、想晕倒</translation>
        </message>
        <message>
            <source>None of them</source>
            <translation>都没有</translation>
        </message>
        <message>
            <source>Yes, I have</source>
            <translation>有</translation>
        </message>
    </context>
    <context>
        <name>PinDots</name>
        <message>
            <source>%1 of %2 digits</source>
            <translation>已输入 %1 位，共 %2 位</translation>
        </message>
    </context>
    <context>
        <name>PinPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>尝试次数太多，请等 %1 秒后再试。</translation>
        </message>
        <message>
            <source>Wrong PIN. %1 tries left.</source>
            <translation>密码不正确，还剩 %1 次。</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>未能核对，请再试，或联系技术员。</translation>
        </message>
        <message>
            <source>Enter your 6-digit PIN</source>
            <translation>请输入 6 位密码</translation>
        </message>
        <message>
            <source>Another worker</source>
            <translation>换另一位职员</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>登出</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>返回首页</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫职员</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>未发送的 %1 项记录已加密存在本机，登出不会丢失。</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>记录已加密存在本机，登出不会丢失。</translation>
        </message>
    </context>
    <context>
        <name>Problem</name>
        <message>
            <source>The key to the records is missing</source>
            <translation>找不到资料密钥</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file, or start the kiosk on its own computer.</source>
            <translation>请勿删除任何文件。请把密钥文件放回原处，或用原来的电脑启动。</translation>
        </message>
        <message>
            <source>The key does not fit the records</source>
            <translation>密钥与资料不符</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file that belongs to this kiosk.</source>
            <translation>请勿删除任何文件。请放回属于本机的密钥文件。</translation>
        </message>
        <message>
            <source>The key file is not safe</source>
            <translation>密钥文件不安全</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>请技术员检查谁可以接触本机和密钥文件。</translation>
        </message>
        <message>
            <source>The key cannot be read</source>
            <translation>无法读取密钥</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>请勿删除任何文件。请重新启动一次；若再发生，请找技术员。</translation>
        </message>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>部分资料无法读取</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician. Do not delete any file: most records can be saved.</source>
            <translation>请停用本机并找技术员。请勿删除任何文件，大部分资料可以救回。</translation>
        </message>
        <message>
            <source>The records of this kiosk are gone</source>
            <translation>本机的资料不见了</translation>
        </message>
        <message>
            <source>Do not delete anything. Check that the right disk is in place, or call the technician. Nothing new was made in their place.</source>
            <translation>请勿删除任何文件。请检查磁盘是否正确装好，或找技术员。没有另建新的资料。</translation>
        </message>
        <message>
            <source>The records are not as this kiosk left them</source>
            <translation>资料与本机上次留下的不同</translation>
        </message>
        <message>
            <source>Do not delete anything and call the technician. Only the technician may put back an older copy.</source>
            <translation>请勿删除任何文件，请找技术员。只有技术员可以还原较旧的备份。</translation>
        </message>
        <message>
            <source>The file of records is empty</source>
            <translation>资料文件是空的</translation>
        </message>
        <message>
            <source>Call the technician first. Do not delete any file: records may still be beside it.</source>
            <translation>请先找技术员。请勿删除任何文件，旁边的文件可能仍有资料。</translation>
        </message>
        <message>
            <source>This file is not the records of a kiosk</source>
            <translation>这个文件不是本系统的资料</translation>
        </message>
        <message>
            <source>Call the technician: the kiosk looks at the wrong file. Nothing was changed.</source>
            <translation>请找技术员：读取了错误的文件。没有更改任何内容。</translation>
        </message>
        <message>
            <source>The records were written by a newer kiosk</source>
            <translation>资料由较新的版本写入</translation>
        </message>
        <message>
            <source>Install the newest version. The records stay as they are.</source>
            <translation>请安装最新版本。资料保持不变。</translation>
        </message>
        <message>
            <source>A part of this installation is unsafe</source>
            <translation>本机的程序有不安全的部分</translation>
        </message>
        <message>
            <source>Install the kiosk again from its own package. The records stay as they are.</source>
            <translation>请用原装的安装包重新安装。资料保持不变。</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>磁盘已满</translation>
        </message>
        <message>
            <source>Make room on the disk, then start the kiosk again. What was saved is safe.</source>
            <translation>请腾出空间，然后重新启动。已保存的资料安全。</translation>
        </message>
        <message>
            <source>The kiosk is already running</source>
            <translation>程序已在运行</translation>
        </message>
        <message>
            <source>Close the other window or restart the computer, then try again.</source>
            <translation>请关闭另一个窗口或重新启动电脑，然后再试。</translation>
        </message>
        <message>
            <source>The records cannot be reached</source>
            <translation>无法读取资料</translation>
        </message>
        <message>
            <source>Check that the disk is in place, then start the kiosk again.</source>
            <translation>请检查磁盘是否接好，然后重新启动。</translation>
        </message>
        <message>
            <source>The site file has a mistake</source>
            <translation>站点文件有错误</translation>
        </message>
        <message>
            <source>Ask the technician to mend the line that is named below.</source>
            <translation>请技术员修正下面指出的一行。</translation>
        </message>
        <message>
            <source>The rule file cannot be used</source>
            <translation>无法使用规则文件</translation>
        </message>
        <message>
            <source>Ask the district office for a corrected rule file.</source>
            <translation>请向地区办事处索取正确的规则文件。</translation>
        </message>
        <message>
            <source>The kiosk cannot start</source>
            <translation>程序无法启动</translation>
        </message>
        <message>
            <source>Call the technician. What was saved is safe.</source>
            <translation>请找技术员。已保存的资料安全。</translation>
        </message>
    </context>
    <context>
        <name>RecordList</name>
        <message>
            <source>Nothing here</source>
            <translation>没有记录</translation>
        </message>
        <message>
            <source>Earlier rows</source>
            <translation>上一页</translation>
        </message>
        <message>
            <source>More rows</source>
            <translation>下一页</translation>
        </message>
    </context>
    <context>
        <name>ResidentPage</name>
        <message>
            <source>You</source>
            <translation>确认</translation>
        </message>
        <message>
            <source>Rest</source>
            <translation>休息</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>袖带</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>测量</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫职员</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>我不舒服</translation>
        </message>
    </context>
    <context>
        <name>ResidentRecordPage</name>
        <message>
            <source>Do not use the right arm</source>
            <translation>不要用右手</translation>
        </message>
        <message>
            <source>Do not use the left arm</source>
            <translation>不要用左手</translation>
        </message>
        <message>
            <source>Do not use either arm</source>
            <translation>两只手都不要用</translation>
        </message>
        <message>
            <source>BP %1 / %2</source>
            <translation>血压 %1 / %2</translation>
        </message>
        <message>
            <source>Measured, mean of %1</source>
            <translation>本站测量，%1 次平均</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>测量一次</translation>
        </message>
        <message>
            <source>Promised: %1</source>
            <translation>答应：%1</translation>
        </message>
        <message>
            <source>Resident</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>No resident is open</source>
            <translation>没有打开居民记录</translation>
        </message>
        <message>
            <source>Choose one from the list of residents.</source>
            <translation>请从居民名单选一位。</translation>
        </message>
        <message>
            <source>List</source>
            <translation>名单</translation>
        </message>
        <message>
            <source>%1 years</source>
            <translation>%1 岁</translation>
        </message>
        <message>
            <source>likes to be called %1</source>
            <translation>喜欢称呼：%1</translation>
        </message>
        <message>
            <source>Start visit</source>
            <translation>开始探访</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能保存，请再按。</translation>
        </message>
        <message>
            <source>Promise</source>
            <translation>答应的事</translation>
        </message>
        <message>
            <source>Promised on %1, kept</source>
            <translation>%1 答应的事，已做到</translation>
        </message>
        <message>
            <source>Promised on %1, not kept</source>
            <translation>%1 答应的事，未做到</translation>
        </message>
        <message>
            <source>Promised on %1</source>
            <translation>%1 答应的事</translation>
        </message>
        <message>
            <source>Nothing was promised yet</source>
            <translation>还没有答应的事</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已做到</translation>
        </message>
        <message>
            <source>Not kept</source>
            <translation>未做到</translation>
        </message>
        <message>
            <source>Blood pressure, %1 months</source>
            <translation>血压，近 %1 个月</translation>
        </message>
        <message>
            <source>Mean %1 / %2, times measured: %3</source>
            <translation>平均 %1 / %2，共测量 %3 次</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>没有测量</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>高压 %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>低压 %1</translation>
        </message>
        <message>
            <source>No blood pressure on record in the last 9 months</source>
            <translation>近 9 个月没有血压记录</translation>
        </message>
        <message>
            <source>Readings are not shown to volunteers</source>
            <translation>义工不会看到健康读数</translation>
        </message>
        <message>
            <source>It appears here after a check-in at this kiosk.</source>
            <translation>在本站测量后，就会在这里显示。</translation>
        </message>
        <message>
            <source>Ask the social worker when you need to know.</source>
            <translation>如有需要，请问社工。</translation>
        </message>
        <message>
            <source>Nothing on record yet</source>
            <translation>还没有记录</translation>
        </message>
        <message>
            <source>Visits and readings appear here.</source>
            <translation>探访和读数会在这里显示。</translation>
        </message>
    </context>
    <context>
        <name>ResidentsPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 岁</translation>
        </message>
        <message>
            <source>Not visited yet</source>
            <translation>还没有探访记录</translation>
        </message>
        <message>
            <source>Last visit %1</source>
            <translation>上次探访 %1</translation>
        </message>
        <message>
            <source>Was due %1</source>
            <translation>逾期，原定 %1</translation>
        </message>
        <message>
            <source>Next %1</source>
            <translation>下次 %1</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>The first %1; type to find others</source>
            <translation>前 %1 位，输入文字可找其他人</translation>
        </message>
        <message>
            <source>%1 found</source>
            <translation>找到 %1 位</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>查找居民</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>姓名、卡号、村</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的职位不包括此页</translation>
        </message>
        <message>
            <source>No residents yet</source>
            <translation>还没有居民</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>找不到</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，请问主任。</translation>
        </message>
        <message>
            <source>They arrive from the district when this kiosk has been in contact with it.</source>
            <translation>与地区办事处联系后，居民资料就会送到本机。</translation>
        </message>
        <message>
            <source>Type less of the name, or try the card or the village.</source>
            <translation>请少打几个字，或用卡号、村名再找。</translation>
        </message>
    </context>
    <context>
        <name>RestPage</name>
        <message>
            <source>%1 minutes left.</source>
            <translation>还有 %1 分钟。</translation>
        </message>
        <message>
            <source>Less than a minute left.</source>
            <translation>不到 1 分钟。</translation>
        </message>
        <message>
            <source>Please sit and rest</source>
            <translation>请坐下休息</translation>
        </message>
        <message>
            <source>Your rest is over</source>
            <translation>休息完成</translation>
        </message>
        <message>
            <source>Is it still you, %1?</source>
            <translation>%1，还是你吗？</translation>
        </message>
        <message>
            <source>No need to keep watching: come back when the ring is full.</source>
            <translation>
不用一直看着屏幕，
圆圈满了就回来。</translation>
        </message>
        <message>
            <source>Back against the chair, feet flat</source>
            <translation>背靠椅，双脚放平</translation>
        </message>
        <message>
            <source>Legs uncrossed, no talking</source>
            <translation>不要交叉腿，不要说话</translation>
        </message>
        <message>
            <source>Yes, go on</source>
            <translation>是我，继续</translation>
        </message>
    </context>
    <context>
        <name>ResultPage</name>
        <message>
            <source>Please ask staff</source>
            <translation>请职员帮忙</translation>
        </message>
        <message>
            <source>In the usual range</source>
            <translation>在正常范围</translation>
        </message>
        <message>
            <source>Take note</source>
            <translation>要留意</translation>
        </message>
        <message>
            <source>No reading could be used today.</source>
            <translation>这次没有可用的读数。</translation>
        </message>
        <message>
            <source>Please stay here and ask staff to look at these numbers.</source>
            <translation>请留在这里，让职员看看这些数字。</translation>
        </message>
        <message>
            <source>Thank you for measuring.</source>
            <translation>谢谢你来测量。</translation>
        </message>
        <message>
            <source>Both numbers are a little high.</source>
            <translation>高压和低压略为偏高。</translation>
        </message>
        <message>
            <source>The upper number is a little high.</source>
            <translation>高压略为偏高。</translation>
        </message>
        <message>
            <source>The lower number is a little high.</source>
            <translation>低压略为偏高。</translation>
        </message>
        <message>
            <source>Please tell staff or your doctor.</source>
            <translation>请给职员或医生看。</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>已保存</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>保存中…</translation>
        </message>
        <message>
            <source>Not saved, as you asked</source>
            <translation>按你的意思，没有记录</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>结果已隐藏</translation>
        </message>
        <message>
            <source>Please show this to staff</source>
            <translation>请把结果给职员看</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>高压</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>低压</translation>
        </message>
        <message>
            <source>Pulse</source>
            <translation>心跳</translation>
        </message>
        <message>
            <source>Last %1</source>
            <translation>上次 %1</translation>
        </message>
        <message>
            <source>Average of two</source>
            <translation>两次测量的平均数</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>测量一次</translation>
        </message>
        <message>
            <source>NOT saved</source>
            <translation>未能保存</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>隐藏</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>再保存</translation>
        </message>
        <message>
            <source>Past</source>
            <translation>以往</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>找职员</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
    </context>
    <context>
        <name>Segmented</name>
        <message>
            <source>as last time</source>
            <translation>与上次一样</translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>尝试次数太多，请等 %1 秒后再试。</translation>
        </message>
        <message>
            <source>The name or the passphrase is not right.</source>
            <translation>姓名或密码句不正确。</translation>
        </message>
        <message>
            <source>A PIN is not enough any more. Use your passphrase.</source>
            <translation>现在不能只用 6 位密码，请输入密码句。</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>未能核对，请再试，或联系技术员。</translation>
        </message>
        <message>
            <source>Staff sign-in</source>
            <translation>职员登录</translation>
        </message>
        <message>
            <source>Name and passphrase at the start of a shift; after that a PIN is enough.</source>
            <translation>值班开始时输入姓名和密码句，之后只需 6 位密码。</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>未发送的 %1 项记录已加密存在本机，登出不会丢失。</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>记录已加密存在本机，登出不会丢失。</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>你的姓名</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>密码句</translation>
        </message>
        <message>
            <source>Checking</source>
            <translation>核对中</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登录</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>返回首页</translation>
        </message>
        <message>
            <source>Use a PIN</source>
            <translation>用 6 位密码</translation>
        </message>
        <message>
            <source>Nobody can sign in here yet</source>
            <translation>本机还没有职员可以登录</translation>
        </message>
        <message>
            <source>The technician closes this window, creates the first supervisor with this command, and starts the kiosk again. The supervisor chooses the passphrase and the PIN:</source>
            <translation>请技术员关闭此窗口，执行以下命令建立第一位主任，再启动本机。密码句和 6 位密码由主任自己设定：</translation>
        </message>
    </context>
    <context>
        <name>StaffPage</name>
        <message>
            <source>Sections</source>
            <translation>分页</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>仪器</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>车流</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>同步</translation>
        </message>
        <message>
            <source>%1, waiting: %2</source>
            <translation>%1，待处理：%2</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>锁定</translation>
        </message>
        <message>
            <source>%1 to send</source>
            <translation>%1 项待送</translation>
        </message>
        <message>
            <source>All sent</source>
            <translation>全部已送出</translation>
        </message>
        <message>
            <source>Offline, %1 to send</source>
            <translation>离线，%1 项待送</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
    </context>
    <context>
        <name>SyncPage</name>
        <message>
            <source>Not connected to a district yet</source>
            <translation>尚未连接地区系统</translation>
        </message>
        <message>
            <source>In contact with the district</source>
            <translation>与地区办事处联系正常</translation>
        </message>
        <message>
            <source>Nothing is sent until the district office has helped</source>
            <translation>地区办事处处理之前，资料不会送出</translation>
        </message>
        <message>
            <source>Nothing is sent until the technician has helped</source>
            <translation>技术员处理之前，资料不会送出</translation>
        </message>
        <message>
            <source>Not sent yet; the kiosk tries again by itself</source>
            <translation>暂时未能发送，本机会自动再试</translation>
        </message>
        <message>
            <source>Offline for %1 days; nothing is lost</source>
            <translation>离线已 %1 天，资料不会丢失</translation>
        </message>
        <message>
            <source>Offline: sent by itself when the line is back</source>
            <translation>离线，网络恢复后会自动发送</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 分钟</translation>
        </message>
        <message>
            <source>%1 hours</source>
            <translation>%1 小时</translation>
        </message>
        <message>
            <source>%1 days</source>
            <translation>%1 天</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 ahead. Ask the technician to set it.</source>
            <translation>本机时间可能不准确（快了 %1），请技术员校正。</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 behind. Ask the technician to set it.</source>
            <translation>本机时间可能不准确（慢了 %1），请技术员校正。</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>同步</translation>
        </message>
        <message>
            <source>New data may not be saved</source>
            <translation>新资料可能未能保存</translation>
        </message>
        <message>
            <source>Everything was sent</source>
            <translation>资料已全部发送</translation>
        </message>
        <message>
            <source>All data is saved on this kiosk</source>
            <translation>资料已保存在本机</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>未发送</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已发送</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已确认</translation>
        </message>
        <message>
            <source>Needs a person</source>
            <translation>需处理</translation>
        </message>
        <message>
            <source>All changes here</source>
            <translation>本机全部更改</translation>
        </message>
        <message>
            <source>Last success</source>
            <translation>上次成功</translation>
        </message>
        <message>
            <source>Never yet</source>
            <translation>还没有</translation>
        </message>
        <message>
            <source>Last try</source>
            <translation>上次尝试</translation>
        </message>
        <message>
            <source>Same as the district</source>
            <translation>与地区核对一致</translation>
        </message>
        <message>
            <source>Differs from the district</source>
            <translation>与地区核对有差异</translation>
        </message>
        <message>
            <source>Records with several versions: %1</source>
            <translation>版本不同，待选择：%1 项</translation>
        </message>
        <message>
            <source>Village records: %1% here, usable already</source>
            <translation>村内记录：已收到 %1%，可以先用</translation>
        </message>
        <message>
            <source>Records from the district that this version cannot read yet: %1. They are kept.</source>
            <translation>来自地区而本版本暂时未能读取的资料：%1 项，已妥善保存。</translation>
        </message>
        <message>
            <source>The kiosk compares again by itself. If it still differs tomorrow, tell the district office.</source>
            <translation>本机会自动再核对；若明天仍有差异，请通知地区办事处。</translation>
        </message>
        <message>
            <source>%1 versions</source>
            <translation>%1 个版本</translation>
        </message>
        <message>
            <source>Not taken</source>
            <translation>地区未接收</translation>
        </message>
        <message>
            <source>Kept aside</source>
            <translation>地区暂存</translation>
        </message>
        <message>
            <source>No single record waits for a person</source>
            <translation>没有个别记录需要处理</translation>
        </message>
        <message>
            <source>Refused changes and differing records are listed here.</source>
            <translation>地区办事处不接受的更改，和版本不同的记录，会在这里列出。</translation>
        </message>
        <message>
            <source>Tell the district office this number: %1</source>
            <translation>请告诉地区办事处这个编号：%1</translation>
        </message>
        <message>
            <source>For the technician: %1</source>
            <translation>给技术员：%1</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即再试</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能保存，请再按。</translation>
        </message>
        <message>
            <source>Records stay on this kiosk. Ask the technician to connect it to the district.</source>
            <translation>资料只留在本机。请技术员把本机连接到地区系统。</translation>
        </message>
        <message>
            <source>It is sent by itself when the line is back. Ask the technician to look at the network.</source>
            <translation>网络恢复后会自动发送。请技术员检查网络。</translation>
        </message>
        <message>
            <source>Not protected against theft</source>
            <translation>没有防盗保护</translation>
        </message>
        <message>
            <source>The records are encrypted, but the key lies on the same disk. Keep this kiosk locked in.</source>
            <translation>记录已加密，但密钥存在同一磁盘，请锁好本机。</translation>
        </message>
        <message>
            <source>The records are encrypted and the key is in this computer's security chip.</source>
            <translation>记录已加密，密钥存在本机的安全芯片。</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>确定</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再试</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>SyncWords</name>
        <message>
            <source>Resident</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>Staff</source>
            <translation>职员</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>同意书</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>探访</translation>
        </message>
        <message>
            <source>Reading</source>
            <translation>读数</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>答案</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>跟进</translation>
        </message>
        <message>
            <source>Instrument</source>
            <translation>仪器</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>计数器</translation>
        </message>
        <message>
            <source>Vehicle count</source>
            <translation>车辆数目</translation>
        </message>
        <message>
            <source>Audit entry</source>
            <translation>查阅记录</translation>
        </message>
        <message>
            <source>Withdrawn record</source>
            <translation>已撤回的记录</translation>
        </message>
        <message>
            <source>The district cannot be reached</source>
            <translation>无法连接地区办事处</translation>
        </message>
        <message>
            <source>Something else answers in the district's place</source>
            <translation>回应的不是地区系统</translation>
        </message>
        <message>
            <source>The district's system is busy</source>
            <translation>地区系统繁忙</translation>
        </message>
        <message>
            <source>The district's system does not accept this kiosk</source>
            <translation>地区系统不接受本机</translation>
        </message>
        <message>
            <source>The district has stopped this kiosk</source>
            <translation>此站已被停用</translation>
        </message>
        <message>
            <source>The district's system went back to older data</source>
            <translation>地区系统退回了较旧的资料</translation>
        </message>
        <message>
            <source>The records here are an older copy</source>
            <translation>本机的资料是较旧的备份</translation>
        </message>
        <message>
            <source>The district's system gave a wrong answer; nothing of it counts</source>
            <translation>地区系统的回复不正确，一律不算数</translation>
        </message>
        <message>
            <source>The village's records must come anew</source>
            <translation>村内记录需要重新接收</translation>
        </message>
        <message>
            <source>A part of the village's records arrived damaged</source>
            <translation>收到的村内记录有一部分损坏</translation>
        </message>
        <message>
            <source>Another program on this computer sends just now</source>
            <translation>这部电脑上另一个程序正在传送</translation>
        </message>
        <message>
            <source>The district's system takes smaller parts</source>
            <translation>地区系统要求分批发送</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>磁盘已满</translation>
        </message>
        <message>
            <source>The disk cannot be written</source>
            <translation>磁盘不能写入</translation>
        </message>
        <message>
            <source>Another program holds the records</source>
            <translation>另一个程序正在使用数据</translation>
        </message>
        <message>
            <source>A part of the records cannot be read</source>
            <translation>部分资料无法读取</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is gone</source>
            <translation>本机的签署密钥不见了</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is not safe</source>
            <translation>本机的签署密钥不安全</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with cannot be read</source>
            <translation>本机的签署密钥无法读取</translation>
        </message>
        <message>
            <source>What is kept about the district's system cannot be used</source>
            <translation>本机所存的地区系统资料不能使用</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>程序出错</translation>
        </message>
        <message>
            <source>Nothing to do: it is sent by itself when the line is back.</source>
            <translation>不用处理，网络恢复后会自动发送。</translation>
        </message>
        <message>
            <source>Ask the technician whether this network wants a sign-in first, and whether the district's address is right.</source>
            <translation>请技术员检查这个网络是否要先登录，以及地区系统的网址是否正确。</translation>
        </message>
        <message>
            <source>Ask the district office to look at this kiosk's enrolment. Records are kept here.</source>
            <translation>请地区办事处检查本机的登记。资料会保留在本机。</translation>
        </message>
        <message>
            <source>Contact the district office. Records are kept here and are sent after a new enrolment.</source>
            <translation>请联系地区办事处。资料会保留在本机，重新登记后就会发送。</translation>
        </message>
        <message>
            <source>Tell the district office. Records are kept here.</source>
            <translation>请通知地区办事处。资料会保留在本机。</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>请腾出磁盘空间或联系技术员。</translation>
        </message>
        <message>
            <source>Call the technician to look at the disk. Do not switch this kiosk off before.</source>
            <translation>请找技术员检查磁盘，在此之前请勿关机。</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>请重新启动本机；仍然不行，请联系技术员。</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>请停用本机并找技术员</translation>
        </message>
        <message>
            <source>Ask the district office for a new enrolment. Records are kept here.</source>
            <translation>请向地区办事处申请重新登记。资料会保留在本机。</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>请技术员检查谁可以接触本机和密钥文件。</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>请勿删除任何文件。请重新启动一次；若再发生，请找技术员。</translation>
        </message>
        <message>
            <source>Ask the technician to connect the kiosk to the district again. Records are kept here.</source>
            <translation>请技术员把本机重新连接到地区系统。资料会保留在本机。</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>本站会自动再试；仍然不行，请联系技术员。</translation>
        </message>
        <message>
            <source>The district's system cannot read this change</source>
            <translation>地区系统读不了这项更改</translation>
        </message>
        <message>
            <source>This change cannot be written for sending</source>
            <translation>这项更改不能转成可发送的格式</translation>
        </message>
        <message>
            <source>This change is too large to send</source>
            <translation>这项更改太大，不能发送</translation>
        </message>
        <message>
            <source>The district's system does not know this kind of record</source>
            <translation>地区系统不认识这类资料</translation>
        </message>
        <message>
            <source>The district's system does not know a part of this change</source>
            <translation>地区系统不认识这项更改的一部分</translation>
        </message>
        <message>
            <source>A value does not have the right form</source>
            <translation>有一项内容格式不对</translation>
        </message>
        <message>
            <source>It names a time that cannot be: look at the kiosk's clock</source>
            <translation>其中的时间不可能存在：请检查本机的时钟</translation>
        </message>
        <message>
            <source>One of its numbers has a form that no kiosk can keep</source>
            <translation>其中一个编号的格式不对，任何一台机都不能保存</translation>
        </message>
        <message>
            <source>Something that is required is missing</source>
            <translation>缺少必须填写的内容</translation>
        </message>
        <message>
            <source>It would change what is written only once</source>
            <translation>会改动只能写一次的内容</translation>
        </message>
        <message>
            <source>The record belongs to another village</source>
            <translation>这份资料属于另一个村</translation>
        </message>
        <message>
            <source>Another change has the same number at the district</source>
            <translation>地区系统已有另一项更改使用相同编号</translation>
        </message>
        <message>
            <source>This change is no longer as it was saved: call the technician</source>
            <translation>这项更改与当初保存的不同：请联系技术员</translation>
        </message>
        <message>
            <source>Nothing to do: the kiosk tries again by itself.</source>
            <translation>不用处理，本机会自动再试。</translation>
        </message>
        <message>
            <source>The district did not accept this change</source>
            <translation>地区办事处未接受这项更改</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>未发送</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已发送</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已确认</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>未获接纳</translation>
        </message>
        <message>
            <source>Differs</source>
            <translation>版本不同</translation>
        </message>
    </context>
    <context>
        <name>Thread</name>
        <message>
            <source>Step %1 of %2: %3</source>
            <translation>第 %1 步，共 %2 步：%3</translation>
        </message>
    </context>
    <context>
        <name>TrafficPage</name>
        <message>
            <source>Waiting for the counter</source>
            <translation>等待计数器</translation>
        </message>
        <message>
            <source>Check that it has power and that its cable is in.</source>
            <translation>请检查电源和电线是否接好。</translation>
        </message>
        <message>
            <source>The counter is not plugged in</source>
            <translation>计数器未接上</translation>
        </message>
        <message>
            <source>Check its cable at both ends. Counting starts again by itself.</source>
            <translation>请检查电线两端，接好后会自动继续。</translation>
        </message>
        <message>
            <source>The counter's port is not allowed</source>
            <translation>本机未获准使用计数器接口</translation>
        </message>
        <message>
            <source>Call the technician.</source>
            <translation>请联系技术员。</translation>
        </message>
        <message>
            <source>Another program uses the counter</source>
            <translation>另一个程序正使用计数器</translation>
        </message>
        <message>
            <source>Close that program. Counting starts again by itself.</source>
            <translation>请关闭该程序，之后会自动继续。</translation>
        </message>
        <message>
            <source>The counter's port cannot be used</source>
            <translation>计数器接口不能使用</translation>
        </message>
        <message>
            <source>The counter was unplugged</source>
            <translation>计数器电线已被拔出</translation>
        </message>
        <message>
            <source>Plug it in again. Counting starts again by itself.</source>
            <translation>请再接上，之后会自动继续。</translation>
        </message>
        <message>
            <source>The counter does not answer</source>
            <translation>计数器没有回应</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>车流</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的职位不包括此页</translation>
        </message>
        <message>
            <source>No vehicle counter yet</source>
            <translation>还没有车辆计数器</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，请问主任。</translation>
        </message>
        <message>
            <source>The technician writes it into the kiosk's site file and plugs it in.</source>
            <translation>请技术员在站点文件加入计数器，然后接上。</translation>
        </message>
        <message>
            <source>%1: not heard today</source>
            <translation>%1　今天没有信号</translation>
        </message>
        <message>
            <source>%1: %2 vehicles today</source>
            <translation>%1　今天 %2 辆</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>计数器</translation>
        </message>
        <message>
            <source>until %1, without the %2 min not heard</source>
            <translation>至 %1，不包括没有信号的 %2 分钟</translation>
        </message>
        <message>
            <source>until %1</source>
            <translation>至 %1</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>进村</translation>
        </message>
        <message>
            <source>Out of the village</source>
            <translation>出村</translation>
        </message>
        <message>
            <source>Vehicles per hour</source>
            <translation>每小时车辆</translation>
        </message>
        <message>
            <source>%1-%2 not heard</source>
            <translation>%1–%2 没有信号</translation>
        </message>
        <message>
            <source>The line begins after the first half hour.</source>
            <translation>有了首半小时的记录，就会显示曲线。</translation>
        </message>
        <message>
            <source>85% drive at most</source>
            <translation>85% 车速不超过</translation>
        </message>
        <message>
            <source>km/h</source>
            <translation>公里／小时</translation>
        </message>
        <message>
            <source>Heavy vehicles</source>
            <translation>重型车</translation>
        </message>
        <message>
            <source>not told by this counter</source>
            <translation>计数器不能分辨</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 辆，共 %2 辆</translation>
        </message>
        <message>
            <source>The counter is working</source>
            <translation>车辆计数器正常</translation>
        </message>
        <message>
            <source>Not heard today: %1 min</source>
            <translation>今天有 %1 分钟没有信号</translation>
        </message>
        <message>
            <source>Heard without a break today</source>
            <translation>今天一直有信号</translation>
        </message>
        <message>
            <source>Direction unknown: %1</source>
            <translation>方向不明：%1 辆</translation>
        </message>
    </context>
    <context>
        <name>TrendPage</name>
        <message>
            <source>About the same as last month</source>
            <translation>与上月差不多</translation>
        </message>
        <message>
            <source>About the same as before</source>
            <translation>与之前差不多</translation>
        </message>
        <message>
            <source>Higher than last month</source>
            <translation>比上月高</translation>
        </message>
        <message>
            <source>Higher than before</source>
            <translation>比之前高</translation>
        </message>
        <message>
            <source>Lower than last month</source>
            <translation>比上月低</translation>
        </message>
        <message>
            <source>Lower than before</source>
            <translation>比之前低</translation>
        </message>
        <message>
            <source>Your first reading here</source>
            <translation>这是你第一次在这里测量</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Usual range, upper</source>
            <translation>高压正常范围</translation>
        </message>
        <message>
            <source>Not measured</source>
            <translation>没有测量</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>高压 %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>低压 %1</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>结果已隐藏</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>隐藏</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>找职员</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
    </context>
    <context>
        <name>UnwellPage</name>
        <message>
            <source>Call 999 now</source>
            <translation>立即打 999</translation>
        </message>
        <message>
            <source>Call now</source>
            <translation>立即打</translation>
        </message>
        <message>
            <source>Use any telephone</source>
            <translation>用任何电话都可以</translation>
        </message>
        <message>
            <source>Tell them where you are</source>
            <translation>告诉他们你在哪里</translation>
        </message>
        <message>
            <source>Tell them you are here</source>
            <translation>告诉他们你在这里</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>还没有职员回应</translation>
        </message>
        <message>
            <source>Staff needed here</source>
            <translation>这里需要职员</translation>
        </message>
        <message>
            <source>%1 s, waiting for staff</source>
            <translation>%1 秒，等候职员回应</translation>
        </message>
        <message>
            <source>I am all right now</source>
            <translation>我没事了</translation>
        </message>
    </context>
    <context>
        <name>VisitPage</name>
        <message>
            <source>Ask what is still marked as not asked, then save.</source>
            <translation>请先问“未问”的项目，然后保存。</translation>
        </message>
        <message>
            <source>Not saved. Everything is still here: free some disk space or call the technician, then save again.</source>
            <translation>未能保存，内容仍在。请腾出磁盘空间或联系技术员，再按保存。</translation>
        </message>
        <message>
            <source>One answer is not possible. Ask it again, then save.</source>
            <translation>有一项答案不适用，请再问，然后保存。</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>探访</translation>
        </message>
        <message>
            <source>The visit is saved</source>
            <translation>探访记录已保存</translation>
        </message>
        <message>
            <source>No visit is open</source>
            <translation>没有打开探访表</translation>
        </message>
        <message>
            <source>Choose a resident, then start a visit.</source>
            <translation>请先选居民，再开始探访。</translation>
        </message>
        <message>
            <source>Kind of visit</source>
            <translation>探访方式</translation>
        </message>
        <message>
            <source>Promised last time: %1</source>
            <translation>上次答应：%1</translation>
        </message>
        <message>
            <source>What has changed since %1?</source>
            <translation>自 %1 以来有没有变化？</translation>
        </message>
        <message>
            <source>First visit on this kiosk</source>
            <translation>本站第一次探访</translation>
        </message>
        <message>
            <source>%1 not asked yet</source>
            <translation>还有 %1 项未问</translation>
        </message>
        <message>
            <source>Nobody answered</source>
            <translation>未能接触</translation>
        </message>
        <message>
            <source>Nothing is asked. Save to record the attempt.</source>
            <translation>不用问答，保存即记录这次尝试。</translation>
        </message>
        <message>
            <source>Ask every time</source>
            <translation>每次都要问</translation>
        </message>
        <message>
            <source>Touch only what has changed</source>
            <translation>没有变化就不用按</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>不想答</translation>
        </message>
        <message>
            <source>Blood pressure, %1</source>
            <translation>血压 %1</translation>
        </message>
        <message>
            <source>Pulse %1</source>
            <translation>心跳 %1</translation>
        </message>
        <message>
            <source>mean of %1</source>
            <translation>%1 次平均</translation>
        </message>
        <message>
            <source>one reading</source>
            <translation>测量一次</translation>
        </message>
        <message>
            <source>No reading to show</source>
            <translation>没有可显示的读数</translation>
        </message>
        <message>
            <source>It appears after a check-in at this kiosk.</source>
            <translation>在本站测量后就会显示。</translation>
        </message>
        <message>
            <source>If it is urgent, call 999 now.</source>
            <translation>如情况紧急，立即打 999。</translation>
        </message>
        <message>
            <source>Stay with the resident and tell the supervisor.</source>
            <translation>请陪伴长者，并通知主任。</translation>
        </message>
        <message>
            <source>Promise to the resident</source>
            <translation>这次答应长者的事</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>Next visit: no date yet</source>
            <translation>下次探访：未定日期</translation>
        </message>
        <message>
            <source>Next visit: %1, %2</source>
            <translation>下次探访：%1 %2</translation>
        </message>
        <message>
            <source>Days until the next visit</source>
            <translation>多少天后再探访</translation>
        </message>
        <message>
            <source>One day earlier</source>
            <translation>提早一天</translation>
        </message>
        <message>
            <source>One day later</source>
            <translation>推迟一天</translation>
        </message>
        <message>
            <source>Saving</source>
            <translation>保存中</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
    </context>
    <context>
        <name>VisitWords</name>
        <message>
            <source>At the centre</source>
            <translation>中心</translation>
        </message>
        <message>
            <source>Home visit</source>
            <translation>家访</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>电话</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>未能接触</translation>
        </message>
        <message>
            <source>Since last visit</source>
            <translation>自上次以来</translation>
        </message>
        <message>
            <source>Any falls</source>
            <translation>曾跌倒</translation>
        </message>
        <message>
            <source>Low mood</source>
            <translation>情绪低落</translation>
        </message>
        <message>
            <source>Missed pills (7 days)</source>
            <translation>近 7 天漏服药</translation>
        </message>
        <message>
            <source>Urgent symptoms</source>
            <translation>紧急症状</translation>
        </message>
        <message>
            <source>Appetite</source>
            <translation>胃口</translation>
        </message>
        <message>
            <source>Daily living</source>
            <translation>日常起居</translation>
        </message>
        <message>
            <source>Carer strain</source>
            <translation>照顾者压力</translation>
        </message>
        <message>
            <source>Home safety</source>
            <translation>家居安全</translation>
        </message>
        <message>
            <source>Better</source>
            <translation>好转</translation>
        </message>
        <message>
            <source>Same</source>
            <translation>差不多</translation>
        </message>
        <message>
            <source>Worse</source>
            <translation>变差</translation>
        </message>
        <message>
            <source>None</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>Some</source>
            <translation>有</translation>
        </message>
        <message>
            <source>0 days</source>
            <translation>0 天</translation>
        </message>
        <message>
            <source>1-2 days</source>
            <translation>1–2 天</translation>
        </message>
        <message>
            <source>3+ days</source>
            <translation>3 天以上</translation>
        </message>
        <message>
            <source>Better since last visit</source>
            <translation>比上次好转</translation>
        </message>
        <message>
            <source>Much the same</source>
            <translation>与上次差不多</translation>
        </message>
        <message>
            <source>Worse since last visit</source>
            <translation>比上次变差</translation>
        </message>
    </context>
    <context>
        <name>WhoPage</name>
        <message>
            <source>the junk</source>
            <translation>帆船</translation>
        </message>
        <message>
            <source>the fish</source>
            <translation>金鱼</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>橙子</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>茶壶</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>雨伞</translation>
        </message>
        <message>
            <source>the hill</source>
            <translation>山</translation>
        </message>
        <message>
            <source>Is this you?</source>
            <translation>你是这位吗？</translation>
        </message>
        <message>
            <source>Your picture: %1</source>
            <translation>你的图画：%1</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>Not me</source>
            <translation>不是我</translation>
        </message>
    </context>
</TS>
