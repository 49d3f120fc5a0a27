// What the editor brings along and we do not use: the JavaScript editor of function nodes (not allowed in our rules,
// see underwriting/checks.py) and the export of tables to Excel. Together they are 120 MB to install and 6 MB to load.
const nothing = () => null;

export default nothing;
export const Editor = nothing;
export const DiffEditor = nothing;
export const useMonaco = nothing;
export const loader = { config: nothing, init: () => new Promise(nothing) };
export const MarkerSeverity = { Hint: 1, Info: 2, Warning: 4, Error: 8 };
