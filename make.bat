@echo off
rem The same steps as the Makefile, for Windows.
setlocal
cd /d "%~dp0"
set "BIN=.venv\Scripts"
set "QUESTION=Can I challenge the decision of the conference?"
if "%PYTHON%"=="" set "PYTHON=py -3"
set "TARGET=%1"
if "%TARGET%"=="" set "TARGET=all"

if "%TARGET%"=="help" goto help
if "%TARGET%"=="test" goto test
if "%TARGET%"=="bench" goto bench
if "%TARGET%"=="peers" goto peers
%PYTHON% tools\install.py run || exit /b 1
if "%TARGET%"=="all" goto all
if "%TARGET%"=="build" goto command
if "%TARGET%"=="site" goto command
if "%TARGET%"=="serve" goto command
if "%TARGET%"=="check" goto command
goto help

:all
"%BIN%\readacross" build || exit /b 1
"%BIN%\readacross" site || exit /b 1
"%BIN%\readacross" ask "%QUESTION%" || exit /b 1
echo Open in a browser: %CD%\build\site\index.html
exit /b 0

:command
"%BIN%\readacross" %TARGET%
exit /b %ERRORLEVEL%

:test
%PYTHON% tools\install.py test || exit /b 1
%PYTHON% tools\test.py
exit /b %ERRORLEVEL%

:bench
%PYTHON% tools\install.py bench || exit /b 1
"%BIN%\readacross" build || exit /b 1
"%BIN%\python" benchmarks\cold_question.py
exit /b %ERRORLEVEL%

:peers
%PYTHON% tools\install.py peers || exit /b 1
"%BIN%\python" benchmarks\retrieval.py %SETS%
exit /b %ERRORLEVEL%

:help
echo make         install, build, build the site, ask a question
echo make build   rebuild index and the search index
echo make site    build the site into build\site
echo make serve   serve the site on 127.0.0.1:8000
echo make check   list what is wrong with sources and index
echo make test    run every test and check, installing what they need
echo make bench   compare one cold question with llama-index's default path
echo make peers   compare retrieval with every peer, on the folders that SETS names
exit /b 0
