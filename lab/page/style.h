#ifndef CONSILIUM_LAB_PAGE_STYLE_H_
#define CONSILIUM_LAB_PAGE_STYLE_H_

#include <string_view>

namespace consilium::page {

// The style sheet of every page and of the charts in it. Series colours after Okabe and Ito (2008),
// which all kinds of colour vision tell apart.
inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#59636e;--line:#dbe0e6;--panel:#f6f8fa;
--good:#0a6b48;--bad:#b3261e;--good-bg:#e3f4ec;--bad-bg:#fdeae8;
--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b5579a;--c4:#c98500;--c5:#3d9fd6;--c6:#6b7280;
--h0:#f1f6fc;--h1:#dfebf7;--h2:#cbdff1;--h3:#aacfe5;--h4:#81badb;--h5:#58a1cf;--h6:#3787c0;--h7:#1b69af;--h8:#084a91;
--low:#1b1f24;--high:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e3e7ec;--soft:#9aa5b1;--line:#323941;--panel:#1c2127;
--good:#5fd3a1;--bad:#ff8f85;--good-bg:#15332a;--bad-bg:#3d1f1d;
--c0:#4aa8e8;--c1:#ff8c42;--c2:#2fc99c;--c3:#e08cc6;--c4:#f0b93a;--c5:#8ad0f7;--c6:#a3adb8;
--h0:#1d2732;--h1:#1f3245;--h2:#214059;--h3:#25506f;--h4:#2c6389;--h5:#3a7aa5;--h6:#5195c1;--h7:#76b3da;--h8:#a5d3f0;
--low:#e3e7ec;--high:#10151a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-top:1.2rem;border-top:1px solid var(--line)}
p,ul{max-width:46rem}
.sub{color:var(--soft);margin:0 0 1.4rem}
nav{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;margin:1.4rem 0;font-size:.93rem}
nav a{margin-right:1.1rem;white-space:nowrap}
a{color:var(--c0)}
.keys{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.2rem 0}
.key{flex:1 1 9.5rem;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.7rem .95rem}
.key b{display:block;font-size:1.65rem;line-height:1.25;font-variant-numeric:tabular-nums}
.key span{display:block;color:var(--soft);font-size:.86rem}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;min-width:24rem}
caption{text-align:left;color:var(--soft);padding:0 0 .45rem;font-size:.92rem}
th,td{padding:.36rem .8rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--line);font-weight:600;color:var(--soft);vertical-align:bottom}
tbody th{font-weight:500;min-width:6.5rem}
.n{text-align:right;white-space:nowrap}
.good{color:var(--good);background:var(--good-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
.key .good,.key .bad{background:none}.quiet{color:var(--soft)}
figure{margin:1.3rem 0;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:.4rem;max-width:46rem}
details{margin:1rem 0}summary{cursor:pointer;color:var(--soft)}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;overflow-x:auto;font-size:.85rem}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
svg.chart{display:block;width:100%;height:auto}
.t{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:var(--soft)}
.name{font-size:13px;fill:var(--fg)}
.dark-text{fill:var(--fg)}
.halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px}
.grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}
.reference{stroke:var(--soft);stroke-width:1.3;stroke-dasharray:5 4}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.band{opacity:.17;stroke:none}
.mark{stroke:var(--bg);stroke-width:1}
.whisker{stroke-width:1.6;stroke:currentColor}.dark{stroke:var(--fg)}
.none{fill:none;stroke:var(--line);stroke-dasharray:3 3}
.line.s0,.whisker.s0{stroke:var(--c0)}.line.s1,.whisker.s1{stroke:var(--c1)}.line.s2,.whisker.s2{stroke:var(--c2)}
.line.s3,.whisker.s3{stroke:var(--c3)}.line.s4,.whisker.s4{stroke:var(--c4)}.line.s5,.whisker.s5{stroke:var(--c5)}.line.s6,.whisker.s6{stroke:var(--c6)}
.line.s1{stroke-dasharray:8 4}.line.s2{stroke-dasharray:2 4}.line.s3{stroke-dasharray:9 3 2 3}
.line.s4{stroke-dasharray:14 4}.line.s5{stroke-dasharray:5 3}.line.s6{stroke-dasharray:1 4}
.line.s7,.whisker.s7{stroke:var(--c0)}.line.s8,.whisker.s8{stroke:var(--c1)}.line.s9,.whisker.s9{stroke:var(--c2)}
.line.s10,.whisker.s10{stroke:var(--c3)}.line.s11,.whisker.s11{stroke:var(--c4)}
.line.s7{stroke-dasharray:11 3 2 3 2 3}.line.s8{stroke-dasharray:1 4}.line.s9{stroke-dasharray:16 3}
.line.s10{stroke-dasharray:none}.line.s11{stroke-dasharray:3 3}
.line.quiet{stroke:var(--soft);stroke-width:.8;opacity:.5}
.bar.s0,.band.s0,.mark.s0{fill:var(--c0)}.bar.s1,.band.s1,.mark.s1{fill:var(--c1)}.bar.s2,.band.s2,.mark.s2{fill:var(--c2)}
.bar.s3,.band.s3,.mark.s3{fill:var(--c3)}.bar.s4,.band.s4,.mark.s4{fill:var(--c4)}.bar.s5,.band.s5,.mark.s5{fill:var(--c5)}.bar.s6,.band.s6,.mark.s6{fill:var(--c6)}
.band.s7{fill:var(--c0)}.band.s8{fill:var(--c1)}.band.s9{fill:var(--c2)}.band.s10{fill:var(--c3)}.band.s11{fill:var(--c4)}
.mark.s7,.mark.s8,.mark.s9,.mark.s10,.mark.s11{fill:var(--bg);stroke-width:1.8}
.bar.s7,.bar.s8,.bar.s9,.bar.s10,.bar.s11{fill-opacity:.35;stroke-width:1.5}
.bar.s7,.mark.s7{stroke:var(--c0)}.bar.s8,.mark.s8{stroke:var(--c1)}.bar.s9,.mark.s9{stroke:var(--c2)}.bar.s10,.mark.s10{stroke:var(--c3)}.bar.s11,.mark.s11{stroke:var(--c4)}
.bar.s7{fill:var(--c0)}.bar.s8{fill:var(--c1)}.bar.s9{fill:var(--c2)}.bar.s10{fill:var(--c3)}.bar.s11{fill:var(--c4)}
.h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}.h4{fill:var(--h4)}.h5{fill:var(--h5)}.h6{fill:var(--h6)}.h7{fill:var(--h7)}.h8{fill:var(--h8)}
.on0,.on1,.on2,.on3,.on4{fill:var(--low)}.on5,.on6,.on7,.on8{fill:var(--high)}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#ccc;--panel:#fff;
--good:#0a6b48;--bad:#b3261e;--good-bg:#fff;--bad-bg:#fff;
--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b5579a;--c4:#c98500;--c5:#3d9fd6;--c6:#6b7280;
--h0:#f1f6fc;--h1:#dfebf7;--h2:#cbdff1;--h3:#aacfe5;--h4:#81badb;--h5:#58a1cf;--h6:#3787c0;--h7:#1b69af;--h8:#084a91;--low:#000;--high:#fff}
body{font-size:11pt}main{max-width:none;padding:0}nav{display:none}h2{break-after:avoid}tr,.key{break-inside:avoid}
rect,path{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace consilium::page

#endif  // CONSILIUM_LAB_PAGE_STYLE_H_
