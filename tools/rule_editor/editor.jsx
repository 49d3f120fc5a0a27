// The editor of decision models in the page of a draft: what is changed is written into the form's field, which is sent
// as any other. Without it (no script, or it does not load) the field itself is there to be edited.
import "./styles.js";
import "@gorules/jdm-editor/dist/style.css";

import { DecisionGraph, JdmConfigProvider } from "@gorules/jdm-editor";
import { useState } from "react";
import { createRoot } from "react-dom/client";

import { speakChinese } from "./words.js";

const place = document.getElementById("rule-editor");
const field = document.getElementById("id_text");

function isDark() {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// The library shows no output cell whose column has a dot in its id: inside it, another sign stands for the dot.
const DOT = "~";
function withColumns(graph, from, to) {
  const swap = (id) => id.replaceAll(from, to);
  const columns = (list) => list?.map((column) => ({ ...column, id: swap(column.id) }));
  const cells = (rule) => Object.fromEntries(Object.entries(rule).map(([id, cell]) => [swap(id), cell]));
  const table = (content) => ({ ...content, inputs: columns(content.inputs), outputs: columns(content.outputs), rules: content.rules?.map(cells) });
  return { ...graph, nodes: graph.nodes.map((node) => (node.type === "decisionTableNode" && node.content ? { ...node, content: table(node.content) } : node)) };
}

function Editor({ begin }) {
  const [graph, setGraph] = useState(() => withColumns(begin, ".", DOT));
  const change = (value) => {
    setGraph(value);
    field.value = `${JSON.stringify({ contentType: begin.contentType, ...withColumns(value, DOT, ".") }, null, 1)}\n`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return (
    <JdmConfigProvider theme={{ mode: isDark() ? "dark" : "light" }}>
      <DecisionGraph value={graph} onChange={change} />
    </JdmConfigProvider>
  );
}

function begin() {
  try {
    return JSON.parse(field.value);
  } catch {
    return null; // a text that is no model is mended as text
  }
}

// A graph needs room: on a phone the text is all there is.
const model = place && field && matchMedia("(min-width: 48rem)").matches ? begin() : null;
if (model) {
  place.hidden = false;
  document.getElementById("rule-text").open = false;
  speakChinese(place);
  createRoot(place).render(<Editor begin={model} />);
}
