@echo off
rem pull.cmd - copies packages from a share into a folder of this server. Runs as a job of the setup account.
rem
rem Reads:      the share.
rem Changes:    the folder, which it makes, and the files named in it.
rem Parameters: MODE    missing: a file that is there with the source's size stays; again: every file is copied
rem             SOURCE  the folder of the share, without a backslash at its end
rem             FOLDER  the folder on this server, likewise
rem             NAME    the files, one or more
rem Example:    pull.cmd missing "\\files\updates" "D:\farmhand\packages" a.exe b.exe
rem
rem A file arrives as NAME.part and gets its name when it is whole: a name never stands for half a file. copy /z goes on
rem where a lost connection stopped it; robocopy does not come with Windows Server 2003.
rem copy takes along the mark of a download (Zone.Identifier), for which Windows would ask in a window that nobody sees:
rem an empty line is written over the mark.
rem Exit codes: 0 every file is there; 2 the source cannot be read; 3 the folder cannot be made; 4 a copy ended early.
setlocal
set "mode=%~1"
set "source=%~2"
set "folder=%~3"
if exist "%folder%\" goto next
md "%folder%"
if errorlevel 1 exit /b 3

:next
if "%~4"=="" exit /b 0
set "name=%~4"
set "part=%folder%\%~4.part"
shift /4
if not exist "%source%\%name%" goto unreadable
set "want="
set "have="
for %%F in ("%source%\%name%") do set "want=%%~zF"
if exist "%folder%\%name%" for %%F in ("%folder%\%name%") do set "have=%%~zF"
if "%mode%/%have%"=="missing/%want%" goto there
copy /v /y /z "%source%\%name%" "%part%"
if errorlevel 1 goto failed
set "have="
for %%F in ("%part%") do set "have=%%~zF"
if not "%have%"=="%want%" goto failed
attrib -r "%part%"
more <"%part%:Zone.Identifier" >nul 2>nul && (echo.)>"%part%:Zone.Identifier"
move /y "%part%" "%folder%\%name%"
if errorlevel 1 goto failed
echo %name%: copied, %want% bytes
goto next

:there
echo %name%: there already, %want% bytes
goto next

:unreadable
echo %name%: not in %source%, or the source does not answer
exit /b 2

:failed
echo %name%: the copy ended early, "%have%" of %want% bytes
exit /b 4
