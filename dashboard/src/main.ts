/** The page: first the key, then the views. */

import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/layout.css';
import './style/parts.css';
import './style/views.css';

import { showSignIn } from './sign_in.ts';
import './ui/theme.ts';

showSignIn(document.getElementById('app')!);
