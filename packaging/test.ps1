# Sets up everything the checks need and runs them all (Windows).
#
#   powershell -ExecutionPolicy Bypass -File packaging\test.ps1
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')
. (Join-Path $PSScriptRoot 'common.ps1')

$venv = Get-VenvPlace
Initialize-Venv $venv
Install-Parts $venv '[dev]'
$env:QT_QPA_PLATFORM = 'offscreen'
$env:PYTHONUTF8 = '1'
Invoke-Tool 'Style' (Join-Path $venv 'Scripts\ruff.exe') @('check', '.')
Invoke-Tool 'Style' (Join-Path $venv 'Scripts\ruff.exe') @('format', '--check', '.')
Invoke-Tool 'Types' (Join-Path $venv 'Scripts\mypy.exe') @()
Invoke-Tool 'Contracts' (Join-Path $venv 'Scripts\lint-imports.exe') @()
Write-Host 'Tests'
& (Join-Path $venv 'Scripts\python.exe') -m pytest -q -n 2 -m 'not benchmark' @args
exit $LASTEXITCODE
