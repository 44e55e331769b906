<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_HK" sourcelanguage="en">
    <context>
        <name>AnswerState</name>
        <message>
            <source>Asked</source>
            <translation>已問</translation>
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
            <translation>未問</translation>
        </message>
    </context>
    <context>
        <name>AttributionPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 歲</translation>
        </message>
        <message>
            <source>Whose reading is this?</source>
            <translation>這是誰的讀數？</translation>
        </message>
        <message>
            <source>The reading is filed</source>
            <translation>讀數已記入檔案</translation>
        </message>
        <message>
            <source>The reading is set aside</source>
            <translation>讀數已擱置</translation>
        </message>
        <message>
            <source>This reading does not wait any more</source>
            <translation>這個讀數已經處理</translation>
        </message>
        <message>
            <source>Another worker has dealt with it.</source>
            <translation>另一位職員已經處理。</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>This is no reading of a person</source>
            <translation>這不是任何人的讀數</translation>
        </message>
        <message>
            <source>There is no value to give to anybody</source>
            <translation>沒有可以記入的數值</translation>
        </message>
        <message>
            <source>Taken</source>
            <translation>量度時間</translation>
        </message>
        <message>
            <source>%1, by its own clock</source>
            <translation>%1（按儀器的時鐘）</translation>
        </message>
        <message>
            <source>It does not say</source>
            <translation>沒有註明</translation>
        </message>
        <message>
            <source>Came</source>
            <translation>收到</translation>
        </message>
        <message>
            <source>From</source>
            <translation>儀器</translation>
        </message>
        <message>
            <source>Why it is nobody's</source>
            <translation>為甚麼無人認領</translation>
        </message>
        <message>
            <source>Choose a resident</source>
            <translation>選擇居民</translation>
        </message>
        <message>
            <source>Nobody's: set aside</source>
            <translation>無人認領，擱置</translation>
        </message>
        <message>
            <source>Why is it set aside?</source>
            <translation>為甚麼擱置？</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>尋找居民</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>姓名、卡號、村</translation>
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
            <translation>請少打幾個字，或用卡號、村名再找。</translation>
        </message>
        <message>
            <source>Is it a reading of %1?</source>
            <translation>這是%1的讀數嗎？</translation>
        </message>
        <message>
            <source>%1, taken %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%2 量度的%1，會成為%3（%4）的讀數。這是由你確認的，你的名字會一併記錄。</translation>
        </message>
        <message>
            <source>%1, which came %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%2 收到的%1，會成為%3（%4）的讀數。這是由你確認的，你的名字會一併記錄。</translation>
        </message>
        <message>
            <source>Yes, file it</source>
            <translation>是，記入檔案</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Set this reading aside?</source>
            <translation>擱置這個讀數？</translation>
        </message>
        <message>
            <source>Reason: %1. It leaves the list and is given to nobody. It stays on this kiosk, with your name.</source>
            <translation>原因：%1。它會離開名單，不會成為任何人的讀數。它仍存在本機，並記錄你的名字。</translation>
        </message>
        <message>
            <source>Set aside</source>
            <translation>擱置</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>確定</translation>
        </message>
    </context>
    <context>
        <name>CallPage</name>
        <message>
            <source>Staff needed here</source>
            <translation>這裏需要職員</translation>
        </message>
        <message>
            <source>%1 seconds</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 分鐘</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>還未有職員回應</translation>
        </message>
        <message>
            <source>Please sit and wait here</source>
            <translation>請坐低等候</translation>
        </message>
        <message>
            <source>Ask somebody near you for help.</source>
            <translation>請找身邊的人幫忙。</translation>
        </message>
        <message>
            <source>Telephone the centre, or ask somebody near you for help.</source>
            <translation>請致電中心，或找身邊的人幫忙。</translation>
        </message>
        <message>
            <source>Ask somebody near you to fetch staff. This page stays until they answer.</source>
            <translation>請身邊的人幫忙找職員。
職員回應之前，這一頁會一直顯示。</translation>
        </message>
        <message>
            <source>The call could not be saved. It is on this screen only.</source>
            <translation>這次呼叫未能儲存，只在熒幕上顯示。</translation>
        </message>
        <message>
            <source>I am staff</source>
            <translation>我是職員</translation>
        </message>
        <message>
            <source>Close this page</source>
            <translation>關閉此頁</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>我不舒服</translation>
        </message>
        <message>
            <source>That PIN is not right</source>
            <translation>密碼不正確</translation>
        </message>
        <message>
            <source>Wait %1 seconds</source>
            <translation>請等 %1 秒</translation>
        </message>
        <message>
            <source>Sign in with the passphrase</source>
            <translation>請用口令登入</translation>
        </message>
        <message>
            <source>The kiosk cannot save now</source>
            <translation>本站暫時未能儲存</translation>
        </message>
        <message>
            <source>Enter your PIN</source>
            <translation>請輸入 6 位密碼</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>另一位</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登入</translation>
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
            <translation>請把健康卡
放到掃描窗前</translation>
        </message>
        <message>
            <source>This card was not recognised</source>
            <translation>未能識別此卡</translation>
        </message>
        <message>
            <source>Please try once more, or ask staff to help.</source>
            <translation>請再試一次，或找職員幫手。</translation>
        </message>
        <message>
            <source>Hold the square pattern in front of the red light.</source>
            <translation>把卡上的方格圖案對着紅光。</translation>
        </message>
        <message>
            <source>No card today</source>
            <translation>沒有帶卡</translation>
        </message>
    </context>
    <context>
        <name>CivilDates</name>
        <message>
            <source>Today</source>
            <translation>今日</translation>
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
            <translation>確定</translation>
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
            <translation>本機不知由誰輸入</translation>
        </message>
        <message>
            <source>Versions differ: choose one</source>
            <translation>版本不同，請選擇</translation>
        </message>
        <message>
            <source>Settled. It is sent to the district.</source>
            <translation>已選定，會送往地區。</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>This has been settled</source>
            <translation>這項已經選定</translation>
        </message>
        <message>
            <source>Another worker has chosen, or the records have come together by themselves.</source>
            <translation>其他職員已作選擇，或記錄已自行一致。</translation>
        </message>
        <message>
            <source>Shown now</source>
            <translation>現在顯示</translation>
        </message>
        <message>
            <source>Ask the person when you are not sure. What is not chosen stays on record.</source>
            <translation>如有疑問，請先問清楚當事人。沒有選上的仍會留在記錄裏。</translation>
        </message>
        <message>
            <source>This version of the kiosk does not know the field: it is settled at the district office.</source>
            <translation>本機的版本不認識這一項：請由地區辦事處選定。</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能儲存，請再按。</translation>
        </message>
        <message>
            <source>Is this the right one?</source>
            <translation>這個正確嗎？</translation>
        </message>
        <message>
            <source>Yes, it stands</source>
            <translation>是，用這個</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不是</translation>
        </message>
        <message>
            <source>Nothing was settled</source>
            <translation>尚未選定</translation>
        </message>
        <message>
            <source>Somebody has changed this meanwhile. Look at the values again.</source>
            <translation>剛才有人更改過這項記錄，請再看一次。</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>確定</translation>
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
            <translation>兩隻手都不可用</translation>
        </message>
        <message>
            <source>An arm not to use? Ask staff</source>
            <translation>有一邊不可用？問職員</translation>
        </message>
        <message>
            <source>Put on the cuff</source>
            <translation>圍好袖帶</translation>
        </message>
        <message>
            <source>Please ask staff</source>
            <translation>請職員幫手</translation>
        </message>
        <message>
            <source>Round your left upper arm</source>
            <translation>圍在左手上臂</translation>
        </message>
        <message>
            <source>Round your right upper arm</source>
            <translation>圍在右手上臂</translation>
        </message>
        <message>
            <source>Level with your heart</source>
            <translation>與心臟同一高度</translation>
        </message>
        <message>
            <source>Elbow on the table, relaxed</source>
            <translation>手肘放在枱上，放鬆</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫職員</translation>
        </message>
        <message>
            <source>The cuff is on</source>
            <translation>圍好了</translation>
        </message>
    </context>
    <context>
        <name>DayChart</name>
        <message>
            <source>%1:00</source>
            <translation>%1 時</translation>
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
            <translation>稱呼</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>圖案</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>語言</translation>
        </message>
        <message>
            <source>Date of birth</source>
            <translation>出生日期</translation>
        </message>
        <message>
            <source>Sex</source>
            <translation>性別</translation>
        </message>
        <message>
            <source>Village</source>
            <translation>鄉村</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Telephone</source>
            <translation>電話</translation>
        </message>
        <message>
            <source>Card</source>
            <translation>卡</translation>
        </message>
        <message>
            <source>What not to do</source>
            <translation>注意事項</translation>
        </message>
        <message>
            <source>Status</source>
            <translation>狀況</translation>
        </message>
        <message>
            <source>Role</source>
            <translation>職責</translation>
        </message>
        <message>
            <source>Counts for the mean</source>
            <translation>計入平均數</translation>
        </message>
        <message>
            <source>Check-in</source>
            <translation>量度</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>結果</translation>
        </message>
        <message>
            <source>Rules</source>
            <translation>規則</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>種類</translation>
        </message>
        <message>
            <source>Maker</source>
            <translation>製造商</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型號</translation>
        </message>
        <message>
            <source>Serial number</source>
            <translation>序號</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>袖帶</translation>
        </message>
        <message>
            <source>Protocol</source>
            <translation>通訊協定</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>連接埠</translation>
        </message>
        <message>
            <source>Lanes</source>
            <translation>行車線</translation>
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
            <translation>金魚</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>橙</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>茶壺</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>雨傘</translation>
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
            <translation>已遷出</translation>
        </message>
        <message>
            <source>Has died</source>
            <translation>已過世</translation>
        </message>
        <message>
            <source>Has left</source>
            <translation>已離職</translation>
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
            <translation>義工</translation>
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
            <translation>技術員</translation>
        </message>
        <message>
            <source>Traditional Chinese</source>
            <translation>繁體中文</translation>
        </message>
        <message>
            <source>Simplified Chinese</source>
            <translation>簡體中文</translation>
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
            <translation>在正常範圍</translation>
        </message>
        <message>
            <source>Watch</source>
            <translation>要留意</translation>
        </message>
        <message>
            <source>Staff please</source>
            <translation>請職員幫手</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>入村</translation>
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
            <translation>兩隻手都不要用</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>沒有</translation>
        </message>
        <message>
            <source>Bluetooth address</source>
            <translation>藍牙地址</translation>
        </message>
        <message>
            <source>Works here</source>
            <translation>在職</translation>
        </message>
    </context>
    <context>
        <name>GoodbyePage</name>
        <message>
            <source>Thank you. See you next time!</source>
            <translation>多謝，下次見！</translation>
        </message>
        <message>
            <source>Do not change your medicine by yourself.</source>
            <translation>請勿自行停藥或加藥。</translation>
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
            <translation>鄉村健康站</translation>
        </message>
        <message>
            <source>Good morning</source>
            <translation>早晨</translation>
        </message>
        <message>
            <source>Good afternoon</source>
            <translation>午安</translation>
        </message>
        <message>
            <source>Good evening</source>
            <translation>晚上好</translation>
        </message>
        <message>
            <source>Shall we check
your blood pressure?</source>
            <translation>今日想量血壓嗎？</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>開始</translation>
        </message>
        <message>
            <source>or show your card
to the window</source>
            <translation>或把健康卡
放到掃描窗前</translation>
        </message>
        <message>
            <source>Staff are at work here</source>
            <translation>職員在場</translation>
        </message>
        <message>
            <source>No staff signed in</source>
            <translation>沒有職員登入</translation>
        </message>
        <message>
            <source>Staff</source>
            <translation>職員</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫職員</translation>
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
            <translation>血壓機</translation>
        </message>
        <message>
            <source>Thermometer</source>
            <translation>體溫計</translation>
        </message>
        <message>
            <source>Oximeter</source>
            <translation>血氧機</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>體重磅</translation>
        </message>
        <message>
            <source>Glucose meter</source>
            <translation>血糖機</translation>
        </message>
        <message>
            <source>Another kind of instrument</source>
            <translation>其他儀器</translation>
        </message>
        <message>
            <source>Blood pressure</source>
            <translation>血壓</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>體溫</translation>
        </message>
        <message>
            <source>Blood oxygen</source>
            <translation>血氧</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>體重</translation>
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
            <translation>%1：讀不到內容</translation>
        </message>
        <message>
            <source>Notes of a glucose meter</source>
            <translation>血糖機的附註</translation>
        </message>
        <message>
            <source>Control solution</source>
            <translation>質控液測試</translation>
        </message>
        <message>
            <source>%1: no usable value</source>
            <translation>%1：沒有可用的數值</translation>
        </message>
        <message>
            <source>Taken before the person began</source>
            <translation>在開始量度之前已有</translation>
        </message>
        <message>
            <source>Came before; its clock is not set</source>
            <translation>以前收過，儀器的時鐘未校準</translation>
        </message>
        <message>
            <source>Came together with another reading</source>
            <translation>與另一個讀數一齊收到</translation>
        </message>
        <message>
            <source>Could not be used in the check-in</source>
            <translation>量度時未能使用</translation>
        </message>
        <message>
            <source>Left after an interruption</source>
            <translation>中途停止後留下</translation>
        </message>
        <message>
            <source>Sent while nobody measured</source>
            <translation>無人量度時收到</translation>
        </message>
        <message>
            <source>Kept by an earlier version</source>
            <translation>由舊版本保存</translation>
        </message>
        <message>
            <source>A test, or control solution</source>
            <translation>測試，或質控液</translation>
        </message>
        <message>
            <source>Of somebody who is not on record</source>
            <translation>不在名單上的人</translation>
        </message>
        <message>
            <source>Nobody can say whose it is</source>
            <translation>無人知道是誰的</translation>
        </message>
        <message>
            <source>Not a usable measurement</source>
            <translation>量度結果不可用</translation>
        </message>
        <message>
            <source>Nothing was filed. If the records are wrong, have them corrected first.</source>
            <translation>讀數沒有記入檔案。如果資料有誤，請先更正資料。</translation>
        </message>
        <message>
            <source>Nothing was changed</source>
            <translation>沒有更改</translation>
        </message>
        <message>
            <source>It could not be saved. Free some disk space or call the technician, then try again.</source>
            <translation>未能儲存。請騰出磁碟空間或聯絡技術員，然後再試。</translation>
        </message>
        <message>
            <source>This reading is on record already</source>
            <translation>這個讀數已經有記錄</translation>
        </message>
        <message>
            <source>%1 has this reading on record already</source>
            <translation>這個讀數已經記錄在%1名下</translation>
        </message>
        <message>
            <source>It was not filed a second time. If it still waits here, set it aside.</source>
            <translation>沒有重複記入。如果它仍在這裏等候，請將它擱置。</translation>
        </message>
        <message>
            <source>This reading has changed meanwhile</source>
            <translation>這個讀數剛剛有變</translation>
        </message>
        <message>
            <source>Nothing was filed. More of the measurement has come, or a part of it has left. Look at it again, then choose.</source>
            <translation>讀數沒有記入檔案。這次量度剛收到更多資料，或有部分已被處理。請再看一次，然後選擇。</translation>
        </message>
        <message>
            <source>The records say that %1 has moved away</source>
            <translation>記錄顯示%1已經遷出</translation>
        </message>
        <message>
            <source>The records say that %1 has died</source>
            <translation>記錄顯示%1已經過世</translation>
        </message>
        <message>
            <source>This resident is not on record any more</source>
            <translation>這位居民已不在記錄內</translation>
        </message>
        <message>
            <source>Nothing was filed. Look for the resident again.</source>
            <translation>讀數沒有記入檔案。請再搜尋這位居民。</translation>
        </message>
        <message>
            <source>Bluetooth is off</source>
            <translation>藍牙已關</translation>
        </message>
        <message>
            <source>Turn it on. The instruments are heard again by themselves.</source>
            <translation>請開啟藍牙，之後會自動恢復。</translation>
        </message>
        <message>
            <source>The Bluetooth adapter is not plugged in</source>
            <translation>藍牙接收器未插好</translation>
        </message>
        <message>
            <source>Plug it in. The instruments are heard again by themselves.</source>
            <translation>請插好，之後會自動恢復。</translation>
        </message>
        <message>
            <source>Bluetooth is stuck and is being started again</source>
            <translation>藍牙沒有反應，正在重新啟動</translation>
        </message>
        <message>
            <source>Wait a minute. If it stays so, call the technician.</source>
            <translation>請等一分鐘；仍然不行，請聯絡技術員。</translation>
        </message>
        <message>
            <source>The Bluetooth service does not run</source>
            <translation>藍牙服務沒有執行</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>請重新啟動本機；仍然不行，請聯絡技術員。</translation>
        </message>
        <message>
            <source>This Bluetooth adapter is too old</source>
            <translation>這個藍牙接收器太舊</translation>
        </message>
        <message>
            <source>It cannot reach the instruments. Use another one.</source>
            <translation>它連不到儀器，請換一個。</translation>
        </message>
        <message>
            <source>The kiosk may not use Bluetooth</source>
            <translation>本站未獲准使用藍牙</translation>
        </message>
        <message>
            <source>Allow it in the settings of this computer, or call the technician.</source>
            <translation>請在這部電腦的設定中允許，或聯絡技術員。</translation>
        </message>
        <message>
            <source>Bluetooth does not work</source>
            <translation>藍牙不能使用</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>本站會自動再試；仍然不行，請聯絡技術員。</translation>
        </message>
        <message>
            <source>The instrument does not let the kiosk in</source>
            <translation>儀器拒絕連接</translation>
        </message>
        <message>
            <source>Put it into its pairing mode (its leaflet says how), then try again.</source>
            <translation>請把它調到配對模式（見說明書），再試一次。</translation>
        </message>
        <message>
            <source>The number was not right</source>
            <translation>號碼不正確</translation>
        </message>
        <message>
            <source>Try again, and type the six digits that the instrument shows.</source>
            <translation>請再試，輸入儀器顯示的六個數字。</translation>
        </message>
        <message>
            <source>Not paired, as you said</source>
            <translation>依你所說，沒有配對</translation>
        </message>
        <message>
            <source>Nothing was changed. Try again when you are ready.</source>
            <translation>沒有更改任何內容。準備好後可以再試。</translation>
        </message>
        <message>
            <source>No answer came in time</source>
            <translation>等候過時</translation>
        </message>
        <message>
            <source>The instrument waits half a minute. Keep it near and switched on, and try again.</source>
            <translation>儀器只等半分鐘。請把它放近並保持開啟，再試一次。</translation>
        </message>
        <message>
            <source>This computer pairs by itself</source>
            <translation>這部電腦自行處理配對</translation>
        </message>
        <message>
            <source>Pair the instrument in the Bluetooth settings of this computer.</source>
            <translation>請在這部電腦的藍牙設定中配對。</translation>
        </message>
        <message>
            <source>The instrument is not heard any more</source>
            <translation>收不到儀器的訊號</translation>
        </message>
        <message>
            <source>Switch it on again, keep it near the kiosk, and try again.</source>
            <translation>請再開啟儀器，放近本站，然後再試。</translation>
        </message>
        <message>
            <source>The connection broke</source>
            <translation>連接中斷了</translation>
        </message>
        <message>
            <source>Keep the instrument near the kiosk and try again.</source>
            <translation>請把儀器放近本站，再試一次。</translation>
        </message>
        <message>
            <source>The instrument does not answer</source>
            <translation>儀器沒有回應</translation>
        </message>
        <message>
            <source>Switch it off and on, then try again.</source>
            <translation>請關掉再開，然後再試。</translation>
        </message>
        <message>
            <source>The kiosk cannot use this instrument</source>
            <translation>本站不能使用這部儀器</translation>
        </message>
        <message>
            <source>It gives no readings that the kiosk understands. Use another one.</source>
            <translation>本站讀不懂它的讀數，請用另一部。</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>程式出錯</translation>
        </message>
        <message>
            <source>Try again. If it happens again, call the technician.</source>
            <translation>請再試；若再發生，請聯絡技術員。</translation>
        </message>
    </context>
    <context>
        <name>InstrumentsPage</name>
        <message>
            <source>Last seen %1</source>
            <translation>上次出現：%1</translation>
        </message>
        <message>
            <source>Not seen yet</source>
            <translation>未出現過</translation>
        </message>
        <message>
            <source>No longer paired: pair it again</source>
            <translation>配對已失效，請重新配對</translation>
        </message>
        <message>
            <source>In range now</source>
            <translation>現在就在附近</translation>
        </message>
        <message>
            <source>Battery %1%</source>
            <translation>電量 %1%</translation>
        </message>
        <message>
            <source>Forget %1?</source>
            <translation>與「%1」解除配對？</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>地址末段 %1</translation>
        </message>
        <message>
            <source>It then sends nothing more to this kiosk, until it is paired again.</source>
            <translation>之後它不會再把讀數傳到本機，除非重新配對。</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>儀器</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的職位不包括此頁</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，請問主任。</translation>
        </message>
        <message>
            <source>Whose readings are these?</source>
            <translation>這些是誰的讀數？</translation>
        </message>
        <message>
            <source>Paired with this kiosk</source>
            <translation>已與本機配對</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>顯示</translation>
        </message>
        <message>
            <source>Nobody's readings: %1</source>
            <translation>待認領讀數：%1</translation>
        </message>
        <message>
            <source>Nobody's readings</source>
            <translation>待認領讀數</translation>
        </message>
        <message>
            <source>Every reading is somebody's</source>
            <translation>所有讀數都有主人</translation>
        </message>
        <message>
            <source>Readings that come while nobody measures, or that were left behind, wait here until a worker says whose they are.</source>
            <translation>無人量度時收到的讀數，或中途留下的讀數，會在這裏等職員確認是誰的。</translation>
        </message>
        <message>
            <source>No instrument is paired yet</source>
            <translation>未有已配對的儀器</translation>
        </message>
        <message>
            <source>Looking</source>
            <translation>查看中</translation>
        </message>
        <message>
            <source>Not known while Bluetooth does not work</source>
            <translation>藍牙不能使用，暫時不知道</translation>
        </message>
        <message>
            <source>Many instruments work without. Pair those that ask for it.</source>
            <translation>很多儀器不用配對。要求配對的才需要。</translation>
        </message>
        <message>
            <source>Pair an instrument</source>
            <translation>配對新儀器</translation>
        </message>
        <message>
            <source>Bluetooth is working</source>
            <translation>藍牙正常</translation>
        </message>
        <message>
            <source>It was not forgotten</source>
            <translation>未能解除配對</translation>
        </message>
        <message>
            <source>That could not be written down</source>
            <translation>未能記錄</translation>
        </message>
        <message>
            <source>Try again when Bluetooth works.</source>
            <translation>藍牙恢復後請再試。</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>請騰出磁碟空間或聯絡技術員。</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>解除配對</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>確定</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>The instrument is forgotten</source>
            <translation>已解除配對</translation>
        </message>
    </context>
    <context>
        <name>LanguagePicker</name>
        <message>
            <source>Choose language</source>
            <translation>選擇語言</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>部分資料未能讀取</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>請停用本機並找技術員</translation>
        </message>
        <message>
            <source>Demo data, not real cases</source>
            <translation>示範資料，並非真實個案</translation>
        </message>
        <message>
            <source>The data on this kiosk is not protected against theft</source>
            <translation>本機資料未有防盜保護</translation>
        </message>
        <message>
            <source>Village health station</source>
            <translation>鄉村健康站</translation>
        </message>
        <message>
            <source>Are you still there?</source>
            <translation>你還在嗎？</translation>
        </message>
        <message>
            <source>This page will close in %1 seconds.</source>
            <translation>%1 秒後會自動登出</translation>
        </message>
        <message>
            <source>I need more time</source>
            <translation>我需要多些時間</translation>
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
            <translation>正在等血壓機</translation>
        </message>
        <message>
            <source>The monitor cannot be reached</source>
            <translation>未能連接血壓機</translation>
        </message>
        <message>
            <source>The monitor went away</source>
            <translation>與血壓機的連接中斷了</translation>
        </message>
        <message>
            <source>The monitor did not let us in</source>
            <translation>血壓機拒絕連接</translation>
        </message>
        <message>
            <source>That reading could not be read</source>
            <translation>收不到讀數</translation>
        </message>
        <message>
            <source>That was an older reading</source>
            <translation>這不是剛才量的讀數</translation>
        </message>
        <message>
            <source>This reading is NOT saved</source>
            <translation>這個讀數未能儲存</translation>
        </message>
        <message>
            <source>Measuring: please keep still and quiet</source>
            <translation>量度中，請不要說話或移動</translation>
        </message>
        <message>
            <source>The monitor is ready</source>
            <translation>血壓機已連接</translation>
        </message>
        <message>
            <source>Saving the reading</source>
            <translation>正在儲存讀數</translation>
        </message>
        <message>
            <source>Press the start button on the monitor</source>
            <translation>請按血壓機的開始掣</translation>
        </message>
        <message>
            <source>Press its start button again. If nothing happens, call staff.</source>
            <translation>請再按血壓機的開始掣。
沒有反應，請叫職員。</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth is off or unplugged.</source>
            <translation>請叫職員：藍牙已關或未插好。</translation>
        </message>
        <message>
            <source>Bluetooth is being started again. If this page stays, call staff.</source>
            <translation>藍牙正在重新啟動。
如果一直這樣，請叫職員。</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth does not work here.</source>
            <translation>請叫職員：這裏的藍牙不能使用。</translation>
        </message>
        <message>
            <source>Stay near the table and press its start button again.</source>
            <translation>請留在枱邊，再按開始掣。</translation>
        </message>
        <message>
            <source>Please call staff: this monitor does not work with this kiosk.</source>
            <translation>請叫職員：這部血壓機不能在這裏使用。</translation>
        </message>
        <message>
            <source>Please call staff: pair this monitor once, on the page Instruments.</source>
            <translation>請叫職員：先在「儀器」頁
為這部血壓機配對一次。</translation>
        </message>
        <message>
            <source>Sit still and press the start button again.</source>
            <translation>請坐定，再按血壓機的開始掣。</translation>
        </message>
        <message>
            <source>It was taken at another time and is not counted. Press the start button again.</source>
            <translation>這個讀數是之前的，不會計算。
請再按開始掣。</translation>
        </message>
        <message>
            <source>Please stay here and call staff. We keep trying to save it.</source>
            <translation>請留在這裏並叫職員。
本站會繼續嘗試儲存。</translation>
        </message>
        <message>
            <source>Cuff letting go</source>
            <translation>袖帶正在鬆開</translation>
        </message>
        <message>
            <source>Cuff filling</source>
            <translation>袖帶正在充氣</translation>
        </message>
        <message>
            <source>One moment.</source>
            <translation>請等一等。</translation>
        </message>
        <message>
            <source>The cuff will fill by itself. Sit still, no talking.</source>
            <translation>袖帶會自己充氣。
請坐定，不要說話。</translation>
        </message>
        <message>
            <source>The round button. The cuff then fills by itself.</source>
            <translation>按圓形的掣，
袖帶會自己充氣。</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>上壓</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>下壓</translation>
        </message>
        <message>
            <source>Pulse</source>
            <translation>心跳</translation>
        </message>
        <message>
            <source>Trying again by itself.</source>
            <translation>本站會自動再試。</translation>
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
            <translation>離開</translation>
        </message>
        <message>
            <source>Leave without saving?</source>
            <translation>不儲存就離開？</translation>
        </message>
        <message>
            <source>These numbers will be gone.</source>
            <translation>這些數字會消失。</translation>
        </message>
        <message>
            <source>Stay here</source>
            <translation>留在這裏</translation>
        </message>
    </context>
    <context>
        <name>NoticePage</name>
        <message>
            <source>May we keep your readings?</source>
            <translation>可以記錄你的讀數嗎？</translation>
        </message>
        <message>
            <source>Only staff and nurses of this centre and its district office use them, to follow up with you.
You may stop at any time.</source>
            <translation>你的健康資料只供中心和地區辦事處的
職員和護士跟進之用。你可以隨時停止。</translation>
        </message>
        <message>
            <source>This could not be saved. Try again, or call staff.</source>
            <translation>未能儲存。請再試，或叫職員。</translation>
        </message>
        <message>
            <source>Measure without saving</source>
            <translation>今次不記錄</translation>
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
            <translation>數字鍵盤</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>清除</translation>
        </message>
        <message>
            <source>Erase one digit</source>
            <translation>刪除一位</translation>
        </message>
    </context>
    <context>
        <name>PairingPage</name>
        <message>
            <source>Which instrument?</source>
            <translation>哪一部儀器？</translation>
        </message>
        <message>
            <source>Is this the instrument?</source>
            <translation>是這部儀器嗎？</translation>
        </message>
        <message>
            <source>Which number does it show?</source>
            <translation>儀器顯示哪個號碼？</translation>
        </message>
        <message>
            <source>Type this number on the instrument</source>
            <translation>請在儀器上輸入這個號碼</translation>
        </message>
        <message>
            <source>Does it show the same number?</source>
            <translation>儀器顯示同一個號碼嗎？</translation>
        </message>
        <message>
            <source>%1 is paired</source>
            <translation>「%1」已配對</translation>
        </message>
        <message>
            <source>One moment</source>
            <translation>請等一等</translation>
        </message>
        <message>
            <source>Switch it on, near the kiosk, and put it into pairing mode: its leaflet says how.</source>
            <translation>請在本站旁邊開啟儀器，調到配對模式（見說明書）。</translation>
        </message>
        <message>
            <source>What still waits inside it becomes nobody's: a worker then says whose it is, under Nobody's readings.</source>
            <translation>儀器內未傳送的讀數不會自動算作任何人的，會放在「待認領讀數」，由職員確認是誰的。</translation>
        </message>
        <message>
            <source>%1 asks to be paired.</source>
            <translation>「%1」要求配對。</translation>
        </message>
        <message>
            <source>%1 shows six digits. Answer within half a minute.</source>
            <translation>「%1」會顯示六個數字，請在半分鐘內輸入。</translation>
        </message>
        <message>
            <source>%1 waits for it for half a minute.</source>
            <translation>「%1」會等半分鐘。</translation>
        </message>
        <message>
            <source>Look at the display of %1.</source>
            <translation>請看「%1」的顯示。</translation>
        </message>
        <message>
            <source>Residents measure with it as always. What it sends by itself waits on the page Instruments until a worker says whose it is.</source>
            <translation>居民照常用它量度。它自行傳來的讀數，會在「儀器」頁等職員確認是誰的。</translation>
        </message>
        <message>
            <source>What it sends waits on the page Instruments until a worker says whose it is.</source>
            <translation>它傳來的讀數，會在「儀器」頁等職員確認是誰的。</translation>
        </message>
        <message>
            <source>The kiosk speaks with %1. Look at its display.</source>
            <translation>正在與「%1」聯絡，請看儀器的顯示。</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>地址末段 %1</translation>
        </message>
        <message>
            <source>It gives no name</source>
            <translation>沒有名稱</translation>
        </message>
        <message>
            <source>Paired already</source>
            <translation>已配對</translation>
        </message>
        <message>
            <source>In range</source>
            <translation>在附近</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的職位不包括此頁</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，請問主任。</translation>
        </message>
        <message>
            <source>Nothing can be heard</source>
            <translation>收不到任何訊號</translation>
        </message>
        <message>
            <source>Listening for instruments</source>
            <translation>正在搜尋儀器</translation>
        </message>
        <message>
            <source>They appear here by themselves as soon as they are heard.</source>
            <translation>收到訊號後，儀器會自動在這裏出現。</translation>
        </message>
        <message>
            <source>This kiosk</source>
            <translation>本機</translation>
        </message>
        <message>
            <source>%1 of %2 digits</source>
            <translation>已輸入 %1 位，共 %2 位</translation>
        </message>
        <message>
            <source>That it is paired could not be written down</source>
            <translation>已配對，但未能記錄</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician, then save again.</source>
            <translation>請騰出磁碟空間或聯絡技術員，再按儲存。</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>再儲存</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Choose another</source>
            <translation>選另一部</translation>
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
            <translation>再配對一部</translation>
        </message>
        <message>
            <source>Yes, pair it</source>
            <translation>是，配對</translation>
        </message>
        <message>
            <source>Yes, the same</source>
            <translation>是，相同</translation>
        </message>
        <message>
            <source>Pair</source>
            <translation>配對</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再試</translation>
        </message>
    </context>
    <context>
        <name>PausePage</name>
        <message>
            <source>The last reading did not come out right.</source>
            <translation>剛才的讀數不太對，要再量。</translation>
        </message>
        <message>
            <source>You may have moved. Keep still next time.</source>
            <translation>剛才可能郁動了，下次請不要動。</translation>
        </message>
        <message>
            <source>The first two were far apart, so we take a third.</source>
            <translation>兩次相差較大，請量第三次。</translation>
        </message>
        <message>
            <source>Two readings are better than one.</source>
            <translation>量兩次會更準確。</translation>
        </message>
        <message>
            <source>Do you have any of these now?</source>
            <translation>你現在有沒有以下情況？</translation>
        </message>
        <message>
            <source>Rest one minute, then once more</source>
            <translation>休息 1 分鐘，再量一次</translation>
        </message>
        <message>
            <source>%1 seconds left</source>
            <translation>還有 %1 秒</translation>
        </message>
        <message>
            <source>Leave the cuff on.
No talking.</source>
            <translation>袖帶不用除下，
不要說話。</translation>
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
            <translation>氣促、呼吸困難</translation>
        </message>
        <message>
            <source>Arm or leg weak or numb</source>
            <translation>手腳突然無力或麻痺</translation>
        </message>
        <message>
            <source>Slurred speech, crooked mouth</source>
            <translation>說話不清、口角歪</translation>
        </message>
        <message>
            <source>Sudden severe headache</source>
            <translation>突然劇烈頭痛</translation>
        </message>
        <message>
            <source>Sudden blurred sight</source>
            <translation>視力突然模糊</translation>
        </message>
        <message>
            <source>Sudden back pain</source>
            <translation>突然背痛</translation>
        </message>
        <message>
            <source>Confused, or about to faint</source>
            <translation>神志不清、想暈倒</translation>
        </message>
        <message>
            <source>None of them</source>
            <translation>都沒有</translation>
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
            <translation>已輸入 %1 位，共 %2 位</translation>
        </message>
    </context>
    <context>
        <name>PinPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>嘗試太多次，請等 %1 秒後再試。</translation>
        </message>
        <message>
            <source>Wrong PIN. %1 tries left.</source>
            <translation>密碼不正確，尚餘 %1 次。</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>未能核對，請再試，或聯絡技術員。</translation>
        </message>
        <message>
            <source>Enter your 6-digit PIN</source>
            <translation>請輸入 6 位密碼</translation>
        </message>
        <message>
            <source>Another worker</source>
            <translation>換另一位職員</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>登出</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>返回首頁</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫職員</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>未送出的 %1 項記錄已加密存在本機，登出不會遺失。</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>記錄已加密存在本機，登出不會遺失。</translation>
        </message>
    </context>
    <context>
        <name>Problem</name>
        <message>
            <source>The key to the records is missing</source>
            <translation>找不到資料鎖匙</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file, or start the kiosk on its own computer.</source>
            <translation>請勿刪除任何檔案。請把鎖匙檔案放回原處，或用原來的電腦啟動。</translation>
        </message>
        <message>
            <source>The key does not fit the records</source>
            <translation>鎖匙與資料不符</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file that belongs to this kiosk.</source>
            <translation>請勿刪除任何檔案。請放回屬於本機的鎖匙檔案。</translation>
        </message>
        <message>
            <source>The key file is not safe</source>
            <translation>鎖匙檔案不安全</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>請技術員檢查誰可以接觸本機和鎖匙檔案。</translation>
        </message>
        <message>
            <source>The key cannot be read</source>
            <translation>未能讀取鎖匙</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>請勿刪除任何檔案。請重新啟動一次；若再發生，請找技術員。</translation>
        </message>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>部分資料未能讀取</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician. Do not delete any file: most records can be saved.</source>
            <translation>請停用本機並找技術員。請勿刪除任何檔案，大部分資料可以救回。</translation>
        </message>
        <message>
            <source>The records of this kiosk are gone</source>
            <translation>本機的資料不見了</translation>
        </message>
        <message>
            <source>Do not delete anything. Check that the right disk is in place, or call the technician. Nothing new was made in their place.</source>
            <translation>請勿刪除任何檔案。請檢查磁碟是否正確裝好，或找技術員。沒有另建新的資料。</translation>
        </message>
        <message>
            <source>The records are not as this kiosk left them</source>
            <translation>資料與本機上次留下的不同</translation>
        </message>
        <message>
            <source>Do not delete anything and call the technician. Only the technician may put back an older copy.</source>
            <translation>請勿刪除任何檔案，請找技術員。只有技術員可以還原較舊的備份。</translation>
        </message>
        <message>
            <source>The file of records is empty</source>
            <translation>資料檔案是空的</translation>
        </message>
        <message>
            <source>Call the technician first. Do not delete any file: records may still be beside it.</source>
            <translation>請先找技術員。請勿刪除任何檔案，旁邊的檔案可能仍有資料。</translation>
        </message>
        <message>
            <source>This file is not the records of a kiosk</source>
            <translation>這個檔案不是本系統的資料</translation>
        </message>
        <message>
            <source>Call the technician: the kiosk looks at the wrong file. Nothing was changed.</source>
            <translation>請找技術員：讀取了錯誤的檔案。沒有更改任何內容。</translation>
        </message>
        <message>
            <source>The records were written by a newer kiosk</source>
            <translation>資料由較新的版本寫入</translation>
        </message>
        <message>
            <source>Install the newest version. The records stay as they are.</source>
            <translation>請安裝最新版本。資料保持不變。</translation>
        </message>
        <message>
            <source>A part of this installation is unsafe</source>
            <translation>本機的程式有不安全的部分</translation>
        </message>
        <message>
            <source>Install the kiosk again from its own package. The records stay as they are.</source>
            <translation>請用原裝的安裝檔重新安裝。資料保持不變。</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>磁碟已滿</translation>
        </message>
        <message>
            <source>Make room on the disk, then start the kiosk again. What was saved is safe.</source>
            <translation>請騰出空間，然後重新啟動。已儲存的資料安全。</translation>
        </message>
        <message>
            <source>The kiosk is already running</source>
            <translation>程式已在執行</translation>
        </message>
        <message>
            <source>Close the other window or restart the computer, then try again.</source>
            <translation>請關閉另一個視窗或重新啟動電腦，然後再試。</translation>
        </message>
        <message>
            <source>The records cannot be reached</source>
            <translation>未能讀取資料</translation>
        </message>
        <message>
            <source>Check that the disk is in place, then start the kiosk again.</source>
            <translation>請檢查磁碟是否接好，然後重新啟動。</translation>
        </message>
        <message>
            <source>The site file has a mistake</source>
            <translation>站點檔案有錯誤</translation>
        </message>
        <message>
            <source>Ask the technician to mend the line that is named below.</source>
            <translation>請技術員修正下面指出的一行。</translation>
        </message>
        <message>
            <source>The rule file cannot be used</source>
            <translation>未能使用規則檔案</translation>
        </message>
        <message>
            <source>Ask the district office for a corrected rule file.</source>
            <translation>請向地區辦事處索取正確的規則檔案。</translation>
        </message>
        <message>
            <source>The kiosk cannot start</source>
            <translation>程式未能啟動</translation>
        </message>
        <message>
            <source>Call the technician. What was saved is safe.</source>
            <translation>請找技術員。已儲存的資料安全。</translation>
        </message>
    </context>
    <context>
        <name>RecordList</name>
        <message>
            <source>Nothing here</source>
            <translation>沒有記錄</translation>
        </message>
        <message>
            <source>Earlier rows</source>
            <translation>上一頁</translation>
        </message>
        <message>
            <source>More rows</source>
            <translation>下一頁</translation>
        </message>
    </context>
    <context>
        <name>ResidentPage</name>
        <message>
            <source>You</source>
            <translation>確認</translation>
        </message>
        <message>
            <source>Rest</source>
            <translation>休息</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>袖帶</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>量度</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>結果</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>叫職員</translation>
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
            <translation>兩隻手都不要用</translation>
        </message>
        <message>
            <source>BP %1 / %2</source>
            <translation>血壓 %1 / %2</translation>
        </message>
        <message>
            <source>Measured, mean of %1</source>
            <translation>本站量度，%1 次平均</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>量度一次</translation>
        </message>
        <message>
            <source>Promised: %1</source>
            <translation>答應：%1</translation>
        </message>
        <message>
            <source>Resident</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>No resident is open</source>
            <translation>未有打開居民記錄</translation>
        </message>
        <message>
            <source>Choose one from the list of residents.</source>
            <translation>請從居民名單選一位。</translation>
        </message>
        <message>
            <source>List</source>
            <translation>名單</translation>
        </message>
        <message>
            <source>%1 years</source>
            <translation>%1 歲</translation>
        </message>
        <message>
            <source>likes to be called %1</source>
            <translation>喜歡稱呼：%1</translation>
        </message>
        <message>
            <source>Start visit</source>
            <translation>開始探訪</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能儲存，請再按。</translation>
        </message>
        <message>
            <source>Promise</source>
            <translation>答應的事</translation>
        </message>
        <message>
            <source>Promised on %1, kept</source>
            <translation>%1 答應的事，已做到</translation>
        </message>
        <message>
            <source>Promised on %1, not kept</source>
            <translation>%1 答應的事，未做到</translation>
        </message>
        <message>
            <source>Promised on %1</source>
            <translation>%1 答應的事</translation>
        </message>
        <message>
            <source>Nothing was promised yet</source>
            <translation>未有答應的事</translation>
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
            <translation>血壓，近 %1 個月</translation>
        </message>
        <message>
            <source>Mean %1 / %2, times measured: %3</source>
            <translation>平均 %1 / %2，共量度 %3 次</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>沒有量度</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>上壓 %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>下壓 %1</translation>
        </message>
        <message>
            <source>No blood pressure on record in the last 9 months</source>
            <translation>近 9 個月沒有血壓記錄</translation>
        </message>
        <message>
            <source>Readings are not shown to volunteers</source>
            <translation>義工不會看到健康讀數</translation>
        </message>
        <message>
            <source>It appears here after a check-in at this kiosk.</source>
            <translation>在本站量度後，便會在這裏顯示。</translation>
        </message>
        <message>
            <source>Ask the social worker when you need to know.</source>
            <translation>如有需要，請問社工。</translation>
        </message>
        <message>
            <source>Nothing on record yet</source>
            <translation>未有記錄</translation>
        </message>
        <message>
            <source>Visits and readings appear here.</source>
            <translation>探訪和讀數會在這裏顯示。</translation>
        </message>
    </context>
    <context>
        <name>ResidentsPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 歲</translation>
        </message>
        <message>
            <source>Not visited yet</source>
            <translation>未有探訪記錄</translation>
        </message>
        <message>
            <source>Last visit %1</source>
            <translation>上次探訪 %1</translation>
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
            <translation>首 %1 位，輸入文字可找其他人</translation>
        </message>
        <message>
            <source>%1 found</source>
            <translation>找到 %1 位</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>尋找居民</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>姓名、卡號、村</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的職位不包括此頁</translation>
        </message>
        <message>
            <source>No residents yet</source>
            <translation>未有居民</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>找不到</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，請問主任。</translation>
        </message>
        <message>
            <source>They arrive from the district when this kiosk has been in contact with it.</source>
            <translation>與地區辦事處聯絡後，居民資料便會送到本機。</translation>
        </message>
        <message>
            <source>Type less of the name, or try the card or the village.</source>
            <translation>請少打幾個字，或用卡號、村名再找。</translation>
        </message>
    </context>
    <context>
        <name>RestPage</name>
        <message>
            <source>%1 minutes left.</source>
            <translation>還有 %1 分鐘。</translation>
        </message>
        <message>
            <source>Less than a minute left.</source>
            <translation>不足 1 分鐘。</translation>
        </message>
        <message>
            <source>Please sit and rest</source>
            <translation>請坐下休息</translation>
        </message>
        <message>
            <source>Your rest is over</source>
            <translation>休息完成</translation>
        </message>
        <message>
            <source>Is it still you, %1?</source>
            <translation>%1，還是你嗎？</translation>
        </message>
        <message>
            <source>No need to keep watching: come back when the ring is full.</source>
            <translation>
不用一直看着熒幕，
圓圈滿了就回來。</translation>
        </message>
        <message>
            <source>Back against the chair, feet flat</source>
            <translation>背靠椅，雙腳放平</translation>
        </message>
        <message>
            <source>Legs uncrossed, no talking</source>
            <translation>不要交叉腳，不要說話</translation>
        </message>
        <message>
            <source>Yes, go on</source>
            <translation>是我，繼續</translation>
        </message>
    </context>
    <context>
        <name>ResultPage</name>
        <message>
            <source>Please ask staff</source>
            <translation>請職員幫手</translation>
        </message>
        <message>
            <source>In the usual range</source>
            <translation>在正常範圍</translation>
        </message>
        <message>
            <source>Take note</source>
            <translation>要留意</translation>
        </message>
        <message>
            <source>No reading could be used today.</source>
            <translation>今次沒有可用的讀數。</translation>
        </message>
        <message>
            <source>Please stay here and ask staff to look at these numbers.</source>
            <translation>請留在這裏，讓職員看看這些數字。</translation>
        </message>
        <message>
            <source>Thank you for measuring.</source>
            <translation>多謝你來量度。</translation>
        </message>
        <message>
            <source>Both numbers are a little high.</source>
            <translation>上壓和下壓略為偏高。</translation>
        </message>
        <message>
            <source>The upper number is a little high.</source>
            <translation>上壓略為偏高。</translation>
        </message>
        <message>
            <source>The lower number is a little high.</source>
            <translation>下壓略為偏高。</translation>
        </message>
        <message>
            <source>Please tell staff or your doctor.</source>
            <translation>請給職員或醫生看。</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>已儲存</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>儲存中…</translation>
        </message>
        <message>
            <source>Not saved, as you asked</source>
            <translation>依你所說，沒有記錄</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>結果</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>結果已隱藏</translation>
        </message>
        <message>
            <source>Please show this to staff</source>
            <translation>請把結果給職員看</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>上壓</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>下壓</translation>
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
            <translation>兩次量度的平均數</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>量度一次</translation>
        </message>
        <message>
            <source>NOT saved</source>
            <translation>未能儲存</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>顯示</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>隱藏</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>再儲存</translation>
        </message>
        <message>
            <source>Past</source>
            <translation>以往</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>找職員</translation>
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
            <translation>與上次一樣</translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>嘗試太多次，請等 %1 秒後再試。</translation>
        </message>
        <message>
            <source>The name or the passphrase is not right.</source>
            <translation>姓名或密碼句不正確。</translation>
        </message>
        <message>
            <source>A PIN is not enough any more. Use your passphrase.</source>
            <translation>現在不能只用 6 位密碼，請輸入密碼句。</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>未能核對，請再試，或聯絡技術員。</translation>
        </message>
        <message>
            <source>Staff sign-in</source>
            <translation>職員登入</translation>
        </message>
        <message>
            <source>Name and passphrase at the start of a shift; after that a PIN is enough.</source>
            <translation>當值開始時輸入姓名和密碼句，之後只需 6 位密碼。</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>未送出的 %1 項記錄已加密存在本機，登出不會遺失。</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>記錄已加密存在本機，登出不會遺失。</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>你的姓名</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>密碼句</translation>
        </message>
        <message>
            <source>Checking</source>
            <translation>核對中</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>登入</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>返回首頁</translation>
        </message>
        <message>
            <source>Use a PIN</source>
            <translation>用 6 位密碼</translation>
        </message>
        <message>
            <source>Nobody can sign in here yet</source>
            <translation>本機未有職員可以登入</translation>
        </message>
        <message>
            <source>The technician closes this window, creates the first supervisor with this command, and starts the kiosk again. The supervisor chooses the passphrase and the PIN:</source>
            <translation>請技術員關閉此視窗，執行以下指令建立第一位主任，再啟動本機。密碼句和 6 位密碼由主任自己設定：</translation>
        </message>
    </context>
    <context>
        <name>StaffPage</name>
        <message>
            <source>Sections</source>
            <translation>分頁</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>居民</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>儀器</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>車流</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>同步</translation>
        </message>
        <message>
            <source>%1, waiting: %2</source>
            <translation>%1，待處理：%2</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>鎖定</translation>
        </message>
        <message>
            <source>%1 to send</source>
            <translation>%1 項待送</translation>
        </message>
        <message>
            <source>All sent</source>
            <translation>全部已送出</translation>
        </message>
        <message>
            <source>Offline, %1 to send</source>
            <translation>離線，%1 項待送</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>離線</translation>
        </message>
    </context>
    <context>
        <name>SyncPage</name>
        <message>
            <source>Not connected to a district yet</source>
            <translation>尚未連接地區系統</translation>
        </message>
        <message>
            <source>In contact with the district</source>
            <translation>與地區辦事處聯絡正常</translation>
        </message>
        <message>
            <source>Nothing is sent until the district office has helped</source>
            <translation>地區辦事處處理之前，資料不會送出</translation>
        </message>
        <message>
            <source>Nothing is sent until the technician has helped</source>
            <translation>技術員處理之前，資料不會送出</translation>
        </message>
        <message>
            <source>Not sent yet; the kiosk tries again by itself</source>
            <translation>暫時未能送出，本機會自動再試</translation>
        </message>
        <message>
            <source>Offline for %1 days; nothing is lost</source>
            <translation>離線已 %1 日，資料不會遺失</translation>
        </message>
        <message>
            <source>Offline: sent by itself when the line is back</source>
            <translation>離線，網絡恢復後會自動送出</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 分鐘</translation>
        </message>
        <message>
            <source>%1 hours</source>
            <translation>%1 小時</translation>
        </message>
        <message>
            <source>%1 days</source>
            <translation>%1 日</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 ahead. Ask the technician to set it.</source>
            <translation>本機時間可能不準確（快了 %1），請技術員校正。</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 behind. Ask the technician to set it.</source>
            <translation>本機時間可能不準確（慢了 %1），請技術員校正。</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>同步</translation>
        </message>
        <message>
            <source>New data may not be saved</source>
            <translation>新資料可能未能儲存</translation>
        </message>
        <message>
            <source>Everything was sent</source>
            <translation>資料已全部送出</translation>
        </message>
        <message>
            <source>All data is saved on this kiosk</source>
            <translation>資料已儲存在本機</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>未送出</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已送出</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已確認</translation>
        </message>
        <message>
            <source>Needs a person</source>
            <translation>需處理</translation>
        </message>
        <message>
            <source>All changes here</source>
            <translation>本機全部更改</translation>
        </message>
        <message>
            <source>Last success</source>
            <translation>上次成功</translation>
        </message>
        <message>
            <source>Never yet</source>
            <translation>未試過</translation>
        </message>
        <message>
            <source>Last try</source>
            <translation>上次嘗試</translation>
        </message>
        <message>
            <source>Same as the district</source>
            <translation>與地區核對一致</translation>
        </message>
        <message>
            <source>Differs from the district</source>
            <translation>與地區核對有差異</translation>
        </message>
        <message>
            <source>Records with several versions: %1</source>
            <translation>版本不同，待選擇：%1 項</translation>
        </message>
        <message>
            <source>Village records: %1% here, usable already</source>
            <translation>村內記錄：已收到 %1%，可以先用</translation>
        </message>
        <message>
            <source>Records from the district that this version cannot read yet: %1. They are kept.</source>
            <translation>來自地區而本版本暫時未能讀取的資料：%1 項，已妥善保存。</translation>
        </message>
        <message>
            <source>The kiosk compares again by itself. If it still differs tomorrow, tell the district office.</source>
            <translation>本機會自動再核對；若明日仍有差異，請通知地區辦事處。</translation>
        </message>
        <message>
            <source>%1 versions</source>
            <translation>%1 個版本</translation>
        </message>
        <message>
            <source>Not taken</source>
            <translation>地區未接收</translation>
        </message>
        <message>
            <source>Kept aside</source>
            <translation>地區暫存</translation>
        </message>
        <message>
            <source>No single record waits for a person</source>
            <translation>沒有個別記錄需要處理</translation>
        </message>
        <message>
            <source>Refused changes and differing records are listed here.</source>
            <translation>地區辦事處不接受的更改，和版本不同的記錄，會在這裏列出。</translation>
        </message>
        <message>
            <source>Tell the district office this number: %1</source>
            <translation>請告訴地區辦事處這個編號：%1</translation>
        </message>
        <message>
            <source>For the technician: %1</source>
            <translation>給技術員：%1</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即再試</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>未能儲存，請再按。</translation>
        </message>
        <message>
            <source>Records stay on this kiosk. Ask the technician to connect it to the district.</source>
            <translation>資料只留在本機。請技術員把本機連接到地區系統。</translation>
        </message>
        <message>
            <source>It is sent by itself when the line is back. Ask the technician to look at the network.</source>
            <translation>網絡恢復後會自動送出。請技術員檢查網絡。</translation>
        </message>
        <message>
            <source>Not protected against theft</source>
            <translation>未有防盜保護</translation>
        </message>
        <message>
            <source>The records are encrypted, but the key lies on the same disk. Keep this kiosk locked in.</source>
            <translation>記錄已加密，但鎖匙存在同一磁碟，請鎖好本機。</translation>
        </message>
        <message>
            <source>The records are encrypted and the key is in this computer's security chip.</source>
            <translation>記錄已加密，鎖匙存在本機的保安晶片。</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>確定</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>再試</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>關閉</translation>
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
            <translation>職員</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>同意書</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>探訪</translation>
        </message>
        <message>
            <source>Reading</source>
            <translation>讀數</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>答案</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>跟進</translation>
        </message>
        <message>
            <source>Instrument</source>
            <translation>儀器</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>計數器</translation>
        </message>
        <message>
            <source>Vehicle count</source>
            <translation>車輛數目</translation>
        </message>
        <message>
            <source>Audit entry</source>
            <translation>查閱記錄</translation>
        </message>
        <message>
            <source>Withdrawn record</source>
            <translation>已撤回的記錄</translation>
        </message>
        <message>
            <source>The district cannot be reached</source>
            <translation>未能連接地區辦事處</translation>
        </message>
        <message>
            <source>Something else answers in the district's place</source>
            <translation>回應的不是地區系統</translation>
        </message>
        <message>
            <source>The district's system is busy</source>
            <translation>地區系統繁忙</translation>
        </message>
        <message>
            <source>The district's system does not accept this kiosk</source>
            <translation>地區系統不接受本機</translation>
        </message>
        <message>
            <source>The district has stopped this kiosk</source>
            <translation>此站已被停用</translation>
        </message>
        <message>
            <source>The district's system went back to older data</source>
            <translation>地區系統退回了較舊的資料</translation>
        </message>
        <message>
            <source>The records here are an older copy</source>
            <translation>本機的資料是較舊的備份</translation>
        </message>
        <message>
            <source>The district's system gave a wrong answer; nothing of it counts</source>
            <translation>地區系統的回覆不正確，一律不算數</translation>
        </message>
        <message>
            <source>The village's records must come anew</source>
            <translation>村內記錄需要重新接收</translation>
        </message>
        <message>
            <source>A part of the village's records arrived damaged</source>
            <translation>收到的村內記錄有一部分損壞</translation>
        </message>
        <message>
            <source>Another program on this computer sends just now</source>
            <translation>這部電腦上另一個程式正在傳送</translation>
        </message>
        <message>
            <source>The district's system takes smaller parts</source>
            <translation>地區系統要求分批傳送</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>磁碟已滿</translation>
        </message>
        <message>
            <source>The disk cannot be written</source>
            <translation>磁碟不能寫入</translation>
        </message>
        <message>
            <source>Another program holds the records</source>
            <translation>另一個程式正在使用資料</translation>
        </message>
        <message>
            <source>A part of the records cannot be read</source>
            <translation>部分資料無法讀取</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is gone</source>
            <translation>本機的簽署鎖匙不見了</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is not safe</source>
            <translation>本機的簽署鎖匙不安全</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with cannot be read</source>
            <translation>本機的簽署鎖匙無法讀取</translation>
        </message>
        <message>
            <source>What is kept about the district's system cannot be used</source>
            <translation>本機所存的地區系統資料不能使用</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>程式出錯</translation>
        </message>
        <message>
            <source>Nothing to do: it is sent by itself when the line is back.</source>
            <translation>毋須處理，網絡恢復後會自動送出。</translation>
        </message>
        <message>
            <source>Ask the technician whether this network wants a sign-in first, and whether the district's address is right.</source>
            <translation>請技術員檢查這個網絡是否要先登入，以及地區系統的網址是否正確。</translation>
        </message>
        <message>
            <source>Ask the district office to look at this kiosk's enrolment. Records are kept here.</source>
            <translation>請地區辦事處檢查本機的登記。資料會保留在本機。</translation>
        </message>
        <message>
            <source>Contact the district office. Records are kept here and are sent after a new enrolment.</source>
            <translation>請聯絡地區辦事處。資料會保留在本機，重新登記後便會送出。</translation>
        </message>
        <message>
            <source>Tell the district office. Records are kept here.</source>
            <translation>請通知地區辦事處。資料會保留在本機。</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>請騰出磁碟空間或聯絡技術員。</translation>
        </message>
        <message>
            <source>Call the technician to look at the disk. Do not switch this kiosk off before.</source>
            <translation>請找技術員檢查磁碟，在此之前請勿關機。</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>請重新啟動本機；仍然不行，請聯絡技術員。</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>請停用本機並找技術員</translation>
        </message>
        <message>
            <source>Ask the district office for a new enrolment. Records are kept here.</source>
            <translation>請向地區辦事處申請重新登記。資料會保留在本機。</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>請技術員檢查誰可以接觸本機和鎖匙檔案。</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>請勿刪除任何檔案。請重新啟動一次；若再發生，請找技術員。</translation>
        </message>
        <message>
            <source>Ask the technician to connect the kiosk to the district again. Records are kept here.</source>
            <translation>請技術員把本機重新連接到地區系統。資料會保留在本機。</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>本站會自動再試；仍然不行，請聯絡技術員。</translation>
        </message>
        <message>
            <source>The district's system cannot read this change</source>
            <translation>地區系統讀不到這項更改</translation>
        </message>
        <message>
            <source>This change cannot be written for sending</source>
            <translation>這項更改不能轉成可傳送的格式</translation>
        </message>
        <message>
            <source>This change is too large to send</source>
            <translation>這項更改太大，不能傳送</translation>
        </message>
        <message>
            <source>The district's system does not know this kind of record</source>
            <translation>地區系統不認識這類資料</translation>
        </message>
        <message>
            <source>The district's system does not know a part of this change</source>
            <translation>地區系統不認識這項更改的一部分</translation>
        </message>
        <message>
            <source>A value does not have the right form</source>
            <translation>有一項內容格式不對</translation>
        </message>
        <message>
            <source>It names a time that cannot be: look at the kiosk's clock</source>
            <translation>其中的時間不可能存在：請檢查本機的時鐘</translation>
        </message>
        <message>
            <source>One of its numbers has a form that no kiosk can keep</source>
            <translation>其中一個編號的格式不對，任何一部機都不能保存</translation>
        </message>
        <message>
            <source>Something that is required is missing</source>
            <translation>欠缺必須填寫的內容</translation>
        </message>
        <message>
            <source>It would change what is written only once</source>
            <translation>會改動只可寫一次的內容</translation>
        </message>
        <message>
            <source>The record belongs to another village</source>
            <translation>這份資料屬於另一條村</translation>
        </message>
        <message>
            <source>Another change has the same number at the district</source>
            <translation>地區系統已有另一項更改使用相同編號</translation>
        </message>
        <message>
            <source>This change is no longer as it was saved: call the technician</source>
            <translation>這項更改與當初儲存的不同：請聯絡技術員</translation>
        </message>
        <message>
            <source>Nothing to do: the kiosk tries again by itself.</source>
            <translation>毋須處理，本機會自動再試。</translation>
        </message>
        <message>
            <source>The district did not accept this change</source>
            <translation>地區辦事處未接受這項更改</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>未送出</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已送出</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已確認</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>未獲接納</translation>
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
            <translation>等候計數器</translation>
        </message>
        <message>
            <source>Check that it has power and that its cable is in.</source>
            <translation>請檢查電源和電線是否接好。</translation>
        </message>
        <message>
            <source>The counter is not plugged in</source>
            <translation>計數器未接上</translation>
        </message>
        <message>
            <source>Check its cable at both ends. Counting starts again by itself.</source>
            <translation>請檢查電線兩端，接好後會自動繼續。</translation>
        </message>
        <message>
            <source>The counter's port is not allowed</source>
            <translation>本機未獲准使用計數器接口</translation>
        </message>
        <message>
            <source>Call the technician.</source>
            <translation>請聯絡技術員。</translation>
        </message>
        <message>
            <source>Another program uses the counter</source>
            <translation>另一個程式正使用計數器</translation>
        </message>
        <message>
            <source>Close that program. Counting starts again by itself.</source>
            <translation>請關閉該程式，之後會自動繼續。</translation>
        </message>
        <message>
            <source>The counter's port cannot be used</source>
            <translation>計數器接口不能使用</translation>
        </message>
        <message>
            <source>The counter was unplugged</source>
            <translation>計數器電線已被拔出</translation>
        </message>
        <message>
            <source>Plug it in again. Counting starts again by itself.</source>
            <translation>請再接上，之後會自動繼續。</translation>
        </message>
        <message>
            <source>The counter does not answer</source>
            <translation>計數器沒有回應</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>車流</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>你的職位不包括此頁</translation>
        </message>
        <message>
            <source>No vehicle counter yet</source>
            <translation>未有車輛計數器</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>如有需要，請問主任。</translation>
        </message>
        <message>
            <source>The technician writes it into the kiosk's site file and plugs it in.</source>
            <translation>請技術員在站點檔案加入計數器，然後接上。</translation>
        </message>
        <message>
            <source>%1: not heard today</source>
            <translation>%1　今日沒有訊號</translation>
        </message>
        <message>
            <source>%1: %2 vehicles today</source>
            <translation>%1　今日 %2 輛</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>計數器</translation>
        </message>
        <message>
            <source>until %1, without the %2 min not heard</source>
            <translation>至 %1，不包括沒有訊號的 %2 分鐘</translation>
        </message>
        <message>
            <source>until %1</source>
            <translation>至 %1</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>入村</translation>
        </message>
        <message>
            <source>Out of the village</source>
            <translation>出村</translation>
        </message>
        <message>
            <source>Vehicles per hour</source>
            <translation>每小時車輛</translation>
        </message>
        <message>
            <source>%1-%2 not heard</source>
            <translation>%1–%2 沒有訊號</translation>
        </message>
        <message>
            <source>The line begins after the first half hour.</source>
            <translation>有了首半小時的記錄，便會顯示曲線。</translation>
        </message>
        <message>
            <source>85% drive at most</source>
            <translation>85% 車速不超過</translation>
        </message>
        <message>
            <source>km/h</source>
            <translation>公里／小時</translation>
        </message>
        <message>
            <source>Heavy vehicles</source>
            <translation>重型車</translation>
        </message>
        <message>
            <source>not told by this counter</source>
            <translation>計數器不能分辨</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 輛，共 %2 輛</translation>
        </message>
        <message>
            <source>The counter is working</source>
            <translation>車輛計數器正常</translation>
        </message>
        <message>
            <source>Not heard today: %1 min</source>
            <translation>今日有 %1 分鐘沒有訊號</translation>
        </message>
        <message>
            <source>Heard without a break today</source>
            <translation>今日一直有訊號</translation>
        </message>
        <message>
            <source>Direction unknown: %1</source>
            <translation>方向不明：%1 輛</translation>
        </message>
    </context>
    <context>
        <name>TrendPage</name>
        <message>
            <source>About the same as last month</source>
            <translation>與上月差不多</translation>
        </message>
        <message>
            <source>About the same as before</source>
            <translation>與之前差不多</translation>
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
            <translation>這是你第一次在這裏量度</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今日</translation>
        </message>
        <message>
            <source>Usual range, upper</source>
            <translation>上壓正常範圍</translation>
        </message>
        <message>
            <source>Not measured</source>
            <translation>沒有量度</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>上壓 %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>下壓 %1</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>結果已隱藏</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>顯示</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>隱藏</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>找職員</translation>
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
            <translation>用任何電話都可以</translation>
        </message>
        <message>
            <source>Tell them where you are</source>
            <translation>告訴他們你在哪裏</translation>
        </message>
        <message>
            <source>Tell them you are here</source>
            <translation>告訴他們你在這裏</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>還未有職員回應</translation>
        </message>
        <message>
            <source>Staff needed here</source>
            <translation>這裏需要職員</translation>
        </message>
        <message>
            <source>%1 s, waiting for staff</source>
            <translation>%1 秒，等候職員回應</translation>
        </message>
        <message>
            <source>I am all right now</source>
            <translation>我沒事了</translation>
        </message>
    </context>
    <context>
        <name>VisitPage</name>
        <message>
            <source>Ask what is still marked as not asked, then save.</source>
            <translation>請先問「未問」的項目，然後儲存。</translation>
        </message>
        <message>
            <source>Not saved. Everything is still here: free some disk space or call the technician, then save again.</source>
            <translation>未能儲存，內容仍在。請騰出磁碟空間或聯絡技術員，再按儲存。</translation>
        </message>
        <message>
            <source>One answer is not possible. Ask it again, then save.</source>
            <translation>有一項答案不適用，請再問，然後儲存。</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>探訪</translation>
        </message>
        <message>
            <source>The visit is saved</source>
            <translation>探訪記錄已儲存</translation>
        </message>
        <message>
            <source>No visit is open</source>
            <translation>未有打開探訪表</translation>
        </message>
        <message>
            <source>Choose a resident, then start a visit.</source>
            <translation>請先選居民，再開始探訪。</translation>
        </message>
        <message>
            <source>Kind of visit</source>
            <translation>探訪方式</translation>
        </message>
        <message>
            <source>Promised last time: %1</source>
            <translation>上次答應：%1</translation>
        </message>
        <message>
            <source>What has changed since %1?</source>
            <translation>自 %1 以來有沒有變？</translation>
        </message>
        <message>
            <source>First visit on this kiosk</source>
            <translation>本站第一次探訪</translation>
        </message>
        <message>
            <source>%1 not asked yet</source>
            <translation>還有 %1 項未問</translation>
        </message>
        <message>
            <source>Nobody answered</source>
            <translation>未能接觸</translation>
        </message>
        <message>
            <source>Nothing is asked. Save to record the attempt.</source>
            <translation>不用問答，儲存即記錄這次嘗試。</translation>
        </message>
        <message>
            <source>Ask every time</source>
            <translation>每次都要問</translation>
        </message>
        <message>
            <source>Touch only what has changed</source>
            <translation>沒有變就不用按</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>不想答</translation>
        </message>
        <message>
            <source>Blood pressure, %1</source>
            <translation>血壓 %1</translation>
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
            <translation>量度一次</translation>
        </message>
        <message>
            <source>No reading to show</source>
            <translation>沒有可顯示的讀數</translation>
        </message>
        <message>
            <source>It appears after a check-in at this kiosk.</source>
            <translation>在本站量度後便會顯示。</translation>
        </message>
        <message>
            <source>If it is urgent, call 999 now.</source>
            <translation>如情況緊急，立即打 999。</translation>
        </message>
        <message>
            <source>Stay with the resident and tell the supervisor.</source>
            <translation>請陪伴長者，並通知主任。</translation>
        </message>
        <message>
            <source>Promise to the resident</source>
            <translation>今次答應長者的事</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>備註</translation>
        </message>
        <message>
            <source>Next visit: no date yet</source>
            <translation>下次探訪：未定日期</translation>
        </message>
        <message>
            <source>Next visit: %1, %2</source>
            <translation>下次探訪：%1 %2</translation>
        </message>
        <message>
            <source>Days until the next visit</source>
            <translation>多少日後再探訪</translation>
        </message>
        <message>
            <source>One day earlier</source>
            <translation>提早一日</translation>
        </message>
        <message>
            <source>One day later</source>
            <translation>推遲一日</translation>
        </message>
        <message>
            <source>Saving</source>
            <translation>儲存中</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>儲存</translation>
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
            <translation>家訪</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>電話</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>未能接觸</translation>
        </message>
        <message>
            <source>Since last visit</source>
            <translation>自上次以來</translation>
        </message>
        <message>
            <source>Any falls</source>
            <translation>曾跌倒</translation>
        </message>
        <message>
            <source>Low mood</source>
            <translation>情緒低落</translation>
        </message>
        <message>
            <source>Missed pills (7 days)</source>
            <translation>近 7 日漏服藥</translation>
        </message>
        <message>
            <source>Urgent symptoms</source>
            <translation>緊急徵狀</translation>
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
            <translation>護老者壓力</translation>
        </message>
        <message>
            <source>Home safety</source>
            <translation>家居安全</translation>
        </message>
        <message>
            <source>Better</source>
            <translation>好轉</translation>
        </message>
        <message>
            <source>Same</source>
            <translation>差不多</translation>
        </message>
        <message>
            <source>Worse</source>
            <translation>轉差</translation>
        </message>
        <message>
            <source>None</source>
            <translation>沒有</translation>
        </message>
        <message>
            <source>Some</source>
            <translation>有</translation>
        </message>
        <message>
            <source>0 days</source>
            <translation>0 日</translation>
        </message>
        <message>
            <source>1-2 days</source>
            <translation>1–2 日</translation>
        </message>
        <message>
            <source>3+ days</source>
            <translation>3 日以上</translation>
        </message>
        <message>
            <source>Better since last visit</source>
            <translation>比上次好轉</translation>
        </message>
        <message>
            <source>Much the same</source>
            <translation>與上次差不多</translation>
        </message>
        <message>
            <source>Worse since last visit</source>
            <translation>比上次轉差</translation>
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
            <translation>金魚</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>橙</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>茶壺</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>雨傘</translation>
        </message>
        <message>
            <source>the hill</source>
            <translation>山</translation>
        </message>
        <message>
            <source>Is this you?</source>
            <translation>你是這位嗎？</translation>
        </message>
        <message>
            <source>Your picture: %1</source>
            <translation>你的圖畫：%1</translation>
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
