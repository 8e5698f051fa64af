#!/bin/sh
# 对编：卸载（Linux）。不联网，不需要管理员。用法：sh uninstall.sh [--to 文件夹]
here=$(cd "$(dirname "$0")" && pwd)
. "$here/find-python.sh"
exec "$python" -I -B -X utf8 "$here/start.py" uninstall "$@"
