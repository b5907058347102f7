@echo off
cd /d "%~dp0"
md started 2>nul || exit /b 0
call command.cmd >output.log 2>&1
>exit.tmp echo %ERRORLEVEL%
ren exit.tmp exit.txt
