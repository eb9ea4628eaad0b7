# What start.ps1 and test.ps1 share.

function Stop-WithAdvice([string]$What, [string[]]$Lines) {
    Write-Host ''
    Write-Host "ComfyDoctor: $What"
    foreach ($line in $Lines) { Write-Host "  $line" }
    exit 1
}

function Get-VenvPlace {
    if ($env:COMFYDOCTOR_VENV) { return $env:COMFYDOCTOR_VENV }
    return (Join-Path (Get-Location) '.venv')
}

# Windows puts a "python" in the way that only opens the Store: trying tells.
function Test-Python([string[]]$Command) {
    $rest = @($Command | Select-Object -Skip 1)
    $ask = 'import sys; sys.exit(sys.version_info < (3, 11))'
    try {
        & $Command[0] @rest '-c' $ask 2>$null | Out-Null
        return $LASTEXITCODE -eq 0
    } catch {
        return $false
    }
}

function Find-Python {
    $candidates = @()
    if ($env:COMFYDOCTOR_PYTHON) { $candidates += , @($env:COMFYDOCTOR_PYTHON) }
    foreach ($version in '3.13', '3.12', '3.11', '3.14') {
        $candidates += , @('py', "-$version")
    }
    $candidates += , @('python')
    $candidates += , @('python3')
    foreach ($candidate in $candidates) {
        if (Test-Python $candidate) { return , $candidate }
    }
    Stop-WithAdvice 'Python 3.11 or newer is needed and was not found.' @(
        'Install it from https://www.python.org/downloads/windows/, or with:',
        'winget install --id Python.Python.3.13 --exact',
        'Then start this again.')
}

function Initialize-Venv([string]$Venv) {
    $python = Join-Path $Venv 'Scripts\python.exe'
    if ((Test-Path $python) -and (Test-Python @($python))) { return }
    if ((Test-Path $Venv) -and -not (Test-Path (Join-Path $Venv 'pyvenv.cfg'))) {
        Stop-WithAdvice "$Venv is there but is no virtual environment." @(
            'Move it away, or name another place in COMFYDOCTOR_VENV.')
    }
    if (Test-Path $Venv) { Remove-Item -Recurse -Force $Venv }
    $command = Find-Python
    $rest = @($command | Select-Object -Skip 1)
    Write-Host "Making a virtual environment in $Venv"
    & $command[0] @rest '-m' 'venv' $Venv
    if ($LASTEXITCODE -ne 0) {
        Stop-WithAdvice 'The virtual environment could not be made.' @(
            'The reason stands above; mostly it is a full disk or a virus scanner.')
    }
}

# Changes with what is to be installed, where, and for which Python.
function Get-Stamp([string]$Venv, [string]$Extras) {
    $hash = (Get-FileHash 'pyproject.toml' -Algorithm SHA256).Hash
    $version = & (Join-Path $Venv 'Scripts\python.exe') -V
    return "$hash $(Get-Location) $Extras $version"
}

function Install-Parts([string]$Venv, [string]$Extras) {
    $name = '.comfydoctor-parts' + $Extras.Trim('[', ']')
    $mark = Join-Path $Venv $name
    $stamp = Get-Stamp $Venv $Extras
    if ((Test-Path $mark) -and ((Get-Content -Raw $mark).Trim() -eq $stamp)) { return }
    Get-ChildItem -Force $Venv -Filter '.comfydoctor-parts*' | Remove-Item -Force
    Write-Host 'Installing ComfyDoctor and its parts: once, about 150 MB to fetch, some minutes'
    & (Join-Path $Venv 'Scripts\python.exe') -m pip install --quiet `
        --disable-pip-version-check --editable ".$Extras"
    if ($LASTEXITCODE -ne 0) {
        Stop-WithAdvice 'The parts could not be installed; the reason stands above.' @(
            'Mostly it is the network or a full disk. Start this again when it is mended.')
    }
    Set-Content -Path $mark -Value $stamp -Encoding ASCII
}

function Invoke-Tool([string]$Title, [string]$Program, [string[]]$Arguments) {
    Write-Host $Title
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
