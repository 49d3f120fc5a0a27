// The engine's own checker of expressions, in the browser: from the address that the page gives, not from beside the script.
import init from "./node_modules/@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";

export * from "./node_modules/@gorules/zen-engine-wasm/dist/zen_engine_wasm.js";
export * from "./node_modules/@gorules/zen-engine-wasm/util/index.js";

export default () => init({ module_or_path: document.getElementById("rule-editor").dataset.wasm });
