// The library speaks English only. On a Chinese page its own words are said in Chinese as they appear; what somebody
// typed (cells, expressions, names in boxes) is left alone. A word that a later version adds stays English until it is here.
const WORDS = {
  "Add Condition": "添加条件", "Add Input": "添加输入", "Add Output": "添加输出", "Add item": "添加一项", "Add row": "添加一行",
  "Add row above": "在上方加一行", "Add row below": "在下方加一行", "Allow custom values": "允许其他值", Boolean: "是否", Cancel: "取消",
  Clear: "清空", Close: "关闭", "Close Tabs to the left": "关闭左侧标签", "Close Tabs to the right": "关闭右侧标签",
  "Close all Tabs": "关闭全部标签", "Close other Tabs": "关闭其他标签", "Close panel": "关闭面板", Collect: "全部命中", Components: "组件",
  Configure: "设置", "Copy JSON": "复制 JSON", "Copy to clipboard": "复制", "Data type": "数据类型", Date: "日期", Day: "日",
  "Decision table": "决策表", "Decision Tables": "决策表", "Delete node": "删除节点", Delete: "删除", Description: "说明",
  DESCRIPTION: "说明", Deselect: "取消选择", Documentation: "文档", Done: "完成", "Download JSON": "下载 JSON", "Edit Expression": "编辑表达式",
  "Edit Function": "编辑函数", "Edit Table": "编辑表格", "Edit column": "编辑列", Else: "否则", "Else If": "否则如果", Enum: "可选值",
  "Enter field name": "填写字段名", Exact: "精确", "Execution mode": "执行方式", Expression: "表达式", Expressions: "表达式",
  "Field label": "字段名称", First: "首个命中", "Format code": "整理代码", Function: "函数", Functions: "函数", "Go to documentation": "查看文档",
  Graph: "流程图", "Hit Policy": "命中方式", "Hit policy": "命中方式", If: "如果", "Import from JSON": "从 JSON 导入", Input: "输入",
  "Input Field": "输入字段", "Input field": "输入字段", Inputs: "输入", Key: "键", Label: "名称", "Learn more": "了解更多", Loop: "循环",
  Month: "月", Next: "下一个", "No conditions": "没有条件", "No input columns": "没有输入列", "No matches": "没有找到",
  "No output columns": "没有输出列", None: "无", Number: "数字", Output: "输出", "Output Field": "输出字段", "Output path": "输出路径",
  Outputs: "输出", Passthrough: "带上输入", Previous: "上一个", Quarter: "季度", "Remove column": "删除列", "Reorder fields": "调整顺序",
  Request: "请求", Response: "结果", Run: "运行", "Search components...": "查找组件…", "Search nodes": "查找节点", "Search nodes...": "查找节点…",
  "Search...": "查找…", "Select dictionary...": "选择词表…", Settings: "设置", Single: "单次", Switch: "分支", "Table column": "表格列",
  Text: "文字", Type: "类型", "Upload JSON": "上传 JSON", Week: "周", Year: "年", "Rules spreadsheet": "规则表", "Provides input context": "提供输入",
  "Outputs the context": "给出结果", "Mapping utility": "映射", "Javascript lambda": "脚本函数", "Conditional branching": "按条件分支",
  "(Drag-and-drop)": "（拖到图中）",
};
const TYPED = "input, textarea, [contenteditable], .cm-editor, tbody td";
const SAID = ["title", "placeholder", "aria-label"];

function say(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const word = WORDS[node.nodeValue.trim()];
    if (word && !node.parentElement?.closest(TYPED)) node.nodeValue = word;
  } else if (node.nodeType === Node.ELEMENT_NODE) {
    SAID.forEach((name) => {
      const word = WORDS[node.getAttribute(name)?.trim()];
      if (word) node.setAttribute(name, word);
    });
    node.childNodes.forEach(say);
  }
}

// Menus and tips of the library stand beside the page, in the body.
export function speakChinese(place) {
  if (!document.documentElement.lang.startsWith("zh")) return;
  const ours = (node) => place.contains(node) || node.parentElement?.closest("[class*='ant-'], [class*='grl-']") || node.classList?.value.includes("ant-");
  const look = new MutationObserver((changes) => changes.forEach(({ type, target, addedNodes }) => {
    if (type === "childList") addedNodes.forEach((node) => { if (ours(node)) say(node); });
    else if (ours(target)) say(target);
  }));
  look.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: SAID });
  say(place);
}
