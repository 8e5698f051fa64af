#!/bin/sh
# 对编：安装（Linux）。不联网，不需要管理员。用法：sh install.sh [--to 文件夹]
here=$(cd "$(dirname "$0")" && pwd)
. "$here/find-python.sh"
exec "$python" -I -B -X utf8 "$here/start.py" install "$@"
