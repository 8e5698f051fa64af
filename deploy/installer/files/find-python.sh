# 找到 Python 3.11：安装包自带的、DUIBIAN_PYTHON 指定的，然后是本机的。
python=
for one in "$here/python/bin/python3.11" "${DUIBIAN_PYTHON:-}" python3.11 \
    /usr/local/bin/python3.11 /opt/python3.11/bin/python3.11 "$HOME/python3.11/bin/python3.11" python3 python; do
    [ -n "$one" ] && command -v "$one" >/dev/null 2>&1 || continue
    if "$one" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; then
        python=$one
        break
    fi
done
if [ -z "$python" ]; then
    echo "没有完成：找不到 Python 3.11" >&2
    echo "  处理：先装 Python 3.11（见 使用手册.html 第一节）；装在别处的，执行 export DUIBIAN_PYTHON=它的路径 后重试" >&2
    exit 2
fi
