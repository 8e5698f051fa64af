# 对编：安装、卸载、自检（Windows）。由 install.bat、uninstall.bat、selfcheck.bat 调用，不联网，不需要管理员。
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$candidates = @(
    @("$here\python\python.exe"), @($env:DUIBIAN_PYTHON), @('py', '-3.11'), @('python3.11'), @('python'),
    @("$env:LOCALAPPDATA\Programs\Python\Python311\python.exe"), @("$env:ProgramFiles\Python311\python.exe")
)
foreach ($one in $candidates) {
    if (-not $one[0] -or -not (Get-Command $one[0] -ErrorAction SilentlyContinue)) { continue }
    $rest = @($one | Select-Object -Skip 1)
    try {
        & $one[0] @rest -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>$null
    } catch { continue }
    if ($LASTEXITCODE -eq 0) {
        & $one[0] @rest -I -B -X utf8 "$here\start.py" @args
        exit $LASTEXITCODE
    }
}
Write-Host '没有完成：找不到 Python 3.11'
Write-Host '  处理：先装 64 位 Python 3.11（见 使用手册.html 第一节）；装在别处的，先执行 setx DUIBIAN_PYTHON 它的路径'
exit 2
