"""How the documentation is built: `sphinx-build -W docs build/docs`. No network, nothing loaded from elsewhere."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

project = "权衡 Quanheng"
author = "权衡 Quanheng contributors"
project_copyright = author
language = "zh_CN"

extensions = ["myst_parser", "quanheng_docs"]
myst_enable_extensions = ["deflist", "attrs_inline"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = "权衡"
html_static_path = ["_static"]
html_css_files = ["quanheng.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "sidebar_hide_name": False,
    "light_css_variables": {
        "color-brand-primary": "#8a3324",
        "color-brand-content": "#8a3324",
        "font-stack": '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif',
        "font-stack--monospace": '"Sarasa Mono SC", "Noto Sans Mono CJK SC", Consolas, Menlo, monospace',
    },
    "dark_css_variables": {"color-brand-primary": "#e0a08f", "color-brand-content": "#e0a08f"},
}
pygments_style = "quanheng_docs.Paper"
pygments_dark_style = "github-dark"
