/** The look of pages that `meridian` writes to a file: the design's tokens, light and dark. */
export const htmlStyle = `
:root{color-scheme:light dark;--ground:#f9fafb;--surface:#fff;--text:#292c32;--muted:#585c64;--line:#cfd2d9;--link:#2368c9;
--critical:#cc244b;--high:#b84608;--medium:#8c6305;--low:#02729f;--informational:#646b77;--ok:#027b45}
@media (prefers-color-scheme:dark){:root{--ground:#0e1115;--surface:#14171c;--text:#dce1e9;--muted:#989da6;--line:#33363b;--link:#468aee;
--critical:#f34f6a;--high:#de6837;--medium:#b5820c;--low:#3993c2;--informational:#848b97;--ok:#269e5f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.45 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}
header,main{max-width:1200px;margin:0 auto;padding:24px}
header{padding-bottom:0}
h1{font-size:20px;font-weight:600;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:16px;font-weight:600;margin:32px 0 8px}
.muted{color:var(--muted);margin:4px 0}
.notice{border-left:4px solid var(--high);padding:4px 12px;margin:0 0 16px}
.calm{color:var(--ok);font-size:16px}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:32px;margin:0;padding:16px 0;border-bottom:1px solid var(--line)}
.figures dt{color:var(--muted);font-size:12px}
.figures dd{margin:0;font-size:20px;font-weight:600}
.levels{list-style:none;display:flex;flex-wrap:wrap;gap:24px;padding:0;margin:16px 0;font-weight:500}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.informational{color:var(--informational)}
svg rect{fill:currentColor}
figure{margin:16px 0}
figure svg{display:block;width:100%;height:96px;border-bottom:1px solid var(--line)}
figcaption{display:flex;justify-content:space-between;font-size:12px}
table{border-collapse:collapse;width:100%}
th{font-size:12px;font-weight:500;color:var(--muted);text-align:left}
th,td{overflow-wrap:anywhere;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
.n{text-align:right;white-space:nowrap}
.badge{white-space:nowrap;font-size:12px;font-weight:500}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:0 32px}
summary{cursor:pointer;padding:6px 0}
summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.rest{border:0}.rest>summary{color:var(--link);font-size:12px}
.level{margin-top:32px;border-top:1px solid var(--line)}
.level>summary h2{display:inline-block;margin:8px 0}
.told{font-weight:400;font-size:14px;color:var(--muted);margin-left:8px}
.rule{border-bottom:1px solid var(--line)}
.rule>summary{display:grid;grid-template-columns:56px 1fr auto 300px;gap:12px;align-items:baseline}
.rule>summary time{color:var(--muted);font-size:12px;text-align:right}
.rule>summary .n::before{content:"▸";float:left;color:var(--muted)}.rule[open]>summary .n::before{content:"▾"}
.rule>summary:hover .title{color:var(--link)}
.rule>summary .title{font-weight:500;overflow-wrap:anywhere}
.rule[open]{padding-bottom:12px}
.rule>:not(summary){margin-left:68px}
.finding{margin-top:12px;margin-bottom:12px}
.finding>p{margin:0 0 4px;overflow-wrap:anywhere}
.finding time{font-variant-numeric:tabular-nums}
.finding td{border:0;padding:2px 12px 2px 0}
.finding td:first-child{color:var(--muted);width:22%}
.finding td:nth-child(2){width:28%}
@media (max-width:640px){header,main{padding:16px}.rule>summary{grid-template-columns:40px 1fr}.rule>summary .muted,.rule>summary time{grid-column:2;text-align:left;margin:0}.rule>:not(summary){margin-left:0}
.finding tr,.finding td{display:block;width:auto}.finding td:first-child,.finding td:nth-child(2){width:auto}.finding tr{padding:4px 0;border-bottom:1px solid var(--line)}}
@media print{details{break-inside:avoid}}
`;
