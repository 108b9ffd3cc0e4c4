import { mount } from 'svelte';
import App from './App.svelte';
import { provideBackend } from '$lib/backend';
import { tauriBackend } from '$lib/backend/tauri';
import { installSprite } from '$lib/icons/sprite';
import './styles/window.css';

provideBackend(tauriBackend);
installSprite();

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');
mount(App, { target });
